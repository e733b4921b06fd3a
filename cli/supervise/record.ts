/** The file by which a later start finds the processes of a supervisor that was killed. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { CliError } from '../failure.js';
import { endAll, findMarked, isAlive, killGroups, type ProcessIdentity } from './proc.js';

/** Name of the environment variable that marks every process of one supervisor. */
export const MARK = 'CLOISTER_SUPERVISOR';

/**
 * @param mark the supervisor's own
 * @param jobFolders jobs get an environment of their own, without the mark, but name their folder below one of these
 */
export function findJobs(mark: string, jobFolders: readonly string[]): ProcessIdentity[] {
  const argument = jobFolders.map((folder) => `${folder}/`);
  return findMarked({ environment: `${MARK}=${mark}`, argument });
}

export interface SupervisorRecord {
  mark: string;
  supervisor: ProcessIdentity;
  children: Record<string, ProcessIdentity>;
  jobFolders: string[];
}

export function writeRecord(path: string, record: SupervisorRecord): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(record, null, 1)}\n`);
}

export function readRecord(path: string): SupervisorRecord | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as SupervisorRecord;
  } catch {
    return undefined;
  }
}

export function removeRecord(path: string): void {
  rmSync(path, { force: true });
}

/**
 * Ends what a killed supervisor left behind, each process checked by its start time.
 * @returns how many were ended
 * @throws CliError when that supervisor is still at work
 */
export async function endLeftovers(path: string): Promise<number> {
  const record = readRecord(path);
  if (record === undefined) return 0;
  if (isAlive(record.supervisor)) {
    throw new CliError(
      `this is running already, under process ${record.supervisor.pid}. End that one first (Ctrl-C, or kill ${record.supervisor.pid}).`,
    );
  }
  const children = Object.values(record.children).filter(isAlive);
  await endAll(children, 5000);
  const jobs = findJobs(record.mark, record.jobFolders);
  await killGroups(jobs);
  removeRecord(path);
  return children.length + jobs.length;
}
