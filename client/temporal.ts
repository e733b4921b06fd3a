/** `@cloister/client/temporal`: runs straight on Temporal; needs `@temporalio/client`. */
export { TemporalRuns, type StartOptions } from './temporal-runs.js';
export type {
  CancelInput,
  DecisionInput,
  DecisionResult,
  RunAnalysisResult,
  WaiveInput,
} from '../contracts/messages.js';
export type { RunRequest, RunState, ShardSelection } from '../contracts/run.js';
