/** Workflow types, inputs and messages: what API, client and Workflows share. */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Code } from './codes.js';
import type { RunRequest, RunState, ShardSelection } from './run.js';

export const RUN_ANALYSIS = 'runAnalysis';
export const RUN_FAN_OUT = 'runFanOut';

export interface RunAnalysisInput {
  run: string;
  /** Who asks: the subject of a token, or the name of a backend service. */
  requester: string;
  request: RunRequest;
}

export interface RunAnalysisResult {
  state: RunState;
  codes: { code: Code; about: string | null; dataset: string | null }[];
}

export interface DecisionInput {
  selection: ShardSelection;
  by: string;
}

export interface WaiveInput extends DecisionInput {
  reason: string;
}

export interface CancelInput {
  by: string;
  reason: string | null;
}

export interface DecisionResult {
  /** Shards that the decision concerns. */
  shards: number;
}

/** Retry failed or open shards; also what resumes a held environment. */
export const retryUpdate = defineUpdate<DecisionResult, [DecisionInput]>('retry');
export const waiveUpdate = defineUpdate<DecisionResult, [WaiveInput]>('waive');
export const cancelUpdate = defineUpdate<{ state: RunState }, [CancelInput]>('cancel');

export const runStateQuery = defineQuery<RunState>('runState');

/** Run to fan-outs to pages: no new batch; those in flight finish. */
export const holdSignal = defineSignal<[{ reason: Code }]>('hold');
