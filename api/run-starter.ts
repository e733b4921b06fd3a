/** What the API asks of Temporal, and nothing else. */
import type {
  CancelInput,
  DecisionInput,
  DecisionResult,
  RunAnalysisInput,
  WaiveInput,
} from '../contracts/messages.js';
import type { RunState } from '../contracts/run.js';

/** Every method throws HubRefusal with a code: of the Workflow's own, `run-ended`, or `not-ready`. */
export interface RunStarter {
  /** Idempotent: the run that is there already is the one. */
  start(input: RunAnalysisInput): Promise<void>;
  retry(run: string, input: DecisionInput): Promise<DecisionResult>;
  waive(run: string, input: WaiveInput): Promise<DecisionResult>;
  cancel(run: string, input: CancelInput): Promise<{ state: RunState }>;
  /** Whether Temporal answers. */
  isReady(): Promise<boolean>;
}
