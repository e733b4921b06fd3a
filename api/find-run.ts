import type { RunView } from '../contracts/run.js';
import type { ApiDeps } from './deps.js';
import { maySee, type Identity } from './identity.js';
import { ApiProblem } from './problem.js';

/** @throws ApiProblem `not-found`, also for a run of a project that the caller is not in. */
export async function findRun(deps: ApiDeps, identity: Identity, id: string): Promise<RunView> {
  const run = await deps.store.runs.view(id);
  if (run === undefined || !maySee(identity, run.project)) throw new ApiProblem('not-found');
  return run;
}
