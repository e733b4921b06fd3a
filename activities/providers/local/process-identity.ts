/** Whether the process that was once seen is still there: pids are used again, start times are not. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface ProcessIdentity {
  pid: number;
  /** Clock ticks since boot (Linux) or a date (elsewhere), as the job's wrapper wrote it. */
  startedAt: string;
  boot: string;
}

/** The wrapper's line `pid boot start`; undefined when it is torn. */
export function parseIdentity(line: string): ProcessIdentity | undefined {
  const [, pid, boot, startedAt] = /^(\d+) (\S+) (.+)$/.exec(line.trim()) ?? [];
  return pid && boot && startedAt ? { pid: Number(pid), boot, startedAt } : undefined;
}

/** A zombie is not alive, though it still answers to signals. */
export function isAlive(identity: ProcessIdentity): boolean {
  if (process.platform !== 'linux') return startOf(identity.pid) === identity.startedAt;
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${identity.pid}/stat`, 'utf8');
    // The command in field 2 may hold anything, brackets and blanks included.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return boot === identity.boot && fields[0] !== 'Z' && fields[19] === identity.startedAt;
  } catch {
    return false;
  }
}

function startOf(pid: number): string | undefined {
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}

/** Signals the process group that the identity leads, if it is alive. */
export function signalGroup(identity: ProcessIdentity, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (!isAlive(identity)) return;
  try {
    process.kill(-identity.pid, signal);
  } catch {
    // It ended in between.
  }
}
