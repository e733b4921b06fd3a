/** A local job's state from its folder and the process table. */
import type { JobStatus } from '../provider.js';
import type { JobFolders } from './job-folder.js';
import { isAlive } from './process-identity.js';

/** Between taking the fence and saying who runs lie a few milliseconds; longer, and the wrapper was killed. */
const MOST_STARTING_SECONDS = 10;

/** The exit file wins; it is read once more before a dead process is called lost. */
export function localStatus(folders: JobFolders, name: string): JobStatus {
  const code = folders.exitCode(name);
  if (code !== undefined) return ended(folders, name, code);
  const identity = folders.identity(name);
  if (identity === undefined) return beforeStart(folders, name);
  if (isAlive(identity)) {
    return live(folders.has(name, 'cancel') ? 'cancelling' : 'running', `pid ${identity.pid}`);
  }
  const late = folders.exitCode(name);
  if (late !== undefined) return ended(folders, name, late);
  if (folders.has(name, 'timed-out')) return { state: 'timed-out', raw: 'killed', exitCode: null };
  if (folders.has(name, 'cancel')) return { state: 'cancelled', raw: 'killed', exitCode: null };
  return { state: 'lost', raw: 'dead, no exit file', exitCode: null };
}

function live(state: 'queued' | 'starting' | 'running' | 'cancelling', raw: string): JobStatus {
  return { state, raw, exitCode: null };
}

function beforeStart(folders: JobFolders, name: string): JobStatus {
  const age = folders.fenceAge(name);
  if (age === undefined) {
    const isKnown = folders.read(name) !== undefined;
    return isKnown ? live('queued', 'no slot yet') : { state: 'lost', raw: null, exitCode: null };
  }
  if (folders.has(name, 'cancel'))
    return { state: 'cancelled', raw: 'never started', exitCode: null };
  if (age <= MOST_STARTING_SECONDS) return live('starting', 'no pid yet');
  return { state: 'lost', raw: 'fence without pid', exitCode: null };
}

function ended(folders: JobFolders, name: string, exitCode: number): JobStatus {
  const raw = `exit ${exitCode}`;
  if (exitCode === 0) return { state: 'succeeded', raw, exitCode };
  if (folders.has(name, 'timed-out')) return { state: 'timed-out', raw, exitCode };
  if (folders.has(name, 'cancel')) return { state: 'cancelled', raw, exitCode };
  // The shell's way to say: killed by a signal. Ops fail with a code; a kill comes from the machine.
  return { state: exitCode > 128 ? 'failed-infra' : 'failed', raw, exitCode };
}
