/** The five Activities that an environment serves. */
import type {
  AdmitInput,
  AdmitResult,
  CancelJobInput,
  CancelJobResult,
  CloseRunInput,
  CloseRunResult,
  OrderedReleaseInput,
  OrderedRunJobInput,
  ReleaseResult,
  RunJobResult,
} from '../../contracts/wire/index.js';
import { admit } from './admit.js';
import { cancelJob } from './cancel-job.js';
import { closeRun } from './close-run.js';
import type { EnvironmentDeps } from './dependencies.js';
import { asActivity } from './failures.js';
import { release } from './release.js';
import { runJob } from './run-job.js';

/** As the gate delivers them: `runJob` and `release` with the order from the admitted plan. */
export interface ServedActivities {
  admit(input: AdmitInput): Promise<AdmitResult>;
  runJob(input: OrderedRunJobInput): Promise<RunJobResult>;
  cancelJob(input: CancelJobInput): Promise<CancelJobResult>;
  release(input: OrderedReleaseInput): Promise<ReleaseResult>;
  closeRun(input: CloseRunInput): Promise<CloseRunResult>;
}

type Serve = <In extends { run: string }, Out>(
  activity: string,
  body: (deps: EnvironmentDeps, input: In) => Promise<Out>,
) => (input: In) => Promise<Out>;

/** Every one is idempotent, heartbeats while it works, and fails with a code of the closed list. */
export function createEnvironmentActivities(deps: EnvironmentDeps): ServedActivities {
  const serve: Serve = (activity, body) => (input) =>
    asActivity(deps.log, { activity, run: input.run }, () => body(deps, input));
  return {
    admit: serve('admit', admit),
    runJob: serve('runJob', runJob),
    cancelJob: serve('cancelJob', cancelJob),
    release: serve('release', release),
    closeRun: serve('closeRun', closeRun),
  };
}
