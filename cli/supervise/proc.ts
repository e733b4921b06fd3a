/** What the kernel says of processes. A pid alone is no identity: it is used again, so the start time goes with it. */
import { readdirSync, readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';

export interface ProcessIdentity {
  pid: number;
  /** Opaque; differs between two processes that had the same pid. */
  startedAt: string;
}

/** @returns undefined when the process is gone, or is a zombie that nobody has reaped yet. */
export function identify(pid: number): ProcessIdentity | undefined {
  const startedAt = process.platform === 'linux' ? linuxStart(pid) : portableStart(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

export function isAlive({ pid, startedAt }: ProcessIdentity): boolean {
  return identify(pid)?.startedAt === startedAt;
}

/** A process that is gone is no error. */
export function signal(identity: ProcessIdentity, name: NodeJS.Signals): void {
  if (isAlive(identity)) send(identity.pid, name);
}

/** To the whole group where the process leads one: what a job started goes with it. */
function signalWithGroup(identity: ProcessIdentity, name: NodeJS.Signals): void {
  if (isAlive(identity) && !send(-identity.pid, name)) send(identity.pid, name);
}

function send(target: number, name: NodeJS.Signals): boolean {
  try {
    process.kill(target, name);
    return true;
  } catch {
    // Gone between the look and the signal, or no such group.
    return false;
  }
}

/** `/proc/<pid>/stat` after the name, which may hold spaces and parentheses: state, ppid, ... */
function statFields(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

function linuxStart(pid: number): string | undefined {
  const fields = statFields(pid);
  return fields === undefined || fields[0] === 'Z' ? undefined : fields[19];
}

function portableStart(pid: number): string | undefined {
  try {
    const options = { encoding: 'utf8', stdio: 'pipe' } as const;
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], options).trim() || undefined;
  } catch {
    return undefined;
  }
}

/**
 * Processes that were given one of the marks: `NAME=value` of their environment, or an argument that begins so. They
 * are found wherever they went: jobs leave their parent's session, and lose the parent when it is killed. Linux
 * only; elsewhere none are found.
 */
export function findMarked({ environment, argument }: Marks): ProcessIdentity[] {
  if (process.platform !== 'linux') return [];
  const pids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));
  return pids
    .map((entry) => Number(entry))
    .filter((pid) => pid !== process.pid)
    .filter(
      (pid) =>
        partsOf(pid, 'environ').includes(environment) ||
        partsOf(pid, 'cmdline').some((part) => argument.some((prefix) => part.startsWith(prefix))),
    )
    .map((pid) => identify(pid))
    .filter((identity) => identity !== undefined);
}

export interface Marks {
  environment: string;
  argument: readonly string[];
}

function partsOf(pid: number, file: 'environ' | 'cmdline'): string[] {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1').split('\0');
  } catch {
    return [];
  }
}

/** Waits until none of them is alive; returns those that still are when the time is over. */
export async function waitUntilGone(
  identities: readonly ProcessIdentity[],
  milliseconds: number,
): Promise<ProcessIdentity[]> {
  const end = Date.now() + milliseconds;
  for (;;) {
    const left = identities.filter(isAlive);
    if (left.length === 0 || Date.now() >= end) return left;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** SIGTERM, and SIGKILL for what is left after the grace. */
export async function endAll(
  identities: readonly ProcessIdentity[],
  graceMilliseconds: number,
): Promise<void> {
  for (const identity of identities) signal(identity, 'SIGTERM');
  const left = await waitUntilGone(identities, graceMilliseconds);
  for (const identity of left) signal(identity, 'SIGKILL');
  await waitUntilGone(left, 5000);
}

/** At once, with the groups that they lead. */
export async function killGroups(identities: readonly ProcessIdentity[]): Promise<void> {
  for (const identity of identities) signalWithGroup(identity, 'SIGKILL');
  await waitUntilGone(identities, 5000);
}
