import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const FOLDERS = ['gate/checks', 'gate/rules'];

/** All checks of the gate, by name: the functions that refuse, read from the source. */
export function namesOfChecks(): string[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder)).flatMap((file) => {
      const code = readFileSync(join(ROOT, folder, file), 'utf8');
      return [...code.matchAll(/^export function (refuse\w+)/gm)].map(([, name = '']) => name);
    }),
  );
}
