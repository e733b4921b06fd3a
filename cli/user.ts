import { userInfo } from 'node:os';

/** Who started this; a container's user may have no name. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid-${process.getuid?.() ?? '?'}`;
  }
}
