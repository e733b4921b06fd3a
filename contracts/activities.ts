/** The hub's Activities, on the Task Queue `control`. Workflows know these interfaces, never an implementation. */
import type { Code, CodeNote } from './codes.js';
import type { ConclusionRef, Verdict } from './conclusion.js';
import type { Placement } from './placement.js';
import type { PlanLimits } from './plan.js';
import type { RunRequest, RunState, ShardSelection, StepState } from './run.js';
import type { Books } from './shards.js';
import type { ReleasedConclusion } from './wire/index.js';
import type { Place } from './analysis.js';

export interface PlanRunInput {
  run: string;
  requester: string;
  request: RunRequest;
}

export interface PlannedStep {
  id: string;
  at: Place;
  isCut: boolean;
  inputs: string[];
  forEach: string | null;
  /** Conclusion names. */
  concludes: string[];
  fansOut: { list: string; most: number | null } | null;
}

export interface PlanRunResult {
  plan: string;
  analysis: { name: string; version: string; digest: string; title: string };
  datasets: string[];
  steps: PlannedStep[];
  limits: PlanLimits;
}

export interface PlaceRunInput {
  run: string;
  plan: string;
}

export interface PlaceRunResult {
  placements: Placement[];
}

export interface RecordRunInput {
  run: string;
  state: RunState;
  codes: { code: Code; about: string | null; dataset: string | null }[];
  waitingFor: string | null;
}

export interface RecordAdmissionInput {
  run: string;
  dataset: string;
  isAdmitted: boolean;
  codes: CodeNote[];
}

/** Names a step in one place of a run. */
export interface StepRef {
  run: string;
  step: string;
  dataset: string;
}

export interface RecordStepInput extends StepRef {
  environment: string;
  state: StepState;
  books: Books;
  codes: Record<string, number>;
}

/** Shards of a fan-out: which are selected for this start. */
export interface Selection {
  /** `all`: every shard that is open. Else failed and open shards that match. */
  kind: 'all' | 'failed-and-open' | 'ranges' | 'code';
  ranges: string;
  code: Code | null;
}

export interface PlanPagesInput extends StepRef {
  shards: number;
  pageShards: number;
  selection: Selection;
}

export interface PlanPagesResult {
  /** Ranges of page numbers that hold a selected shard. */
  pages: string;
}

export interface PageRef extends StepRef {
  page: number;
}

export interface OpenPageInput extends PageRef {
  /** The page's first shard and how many it has. */
  first: number;
  count: number;
}

export interface PageRow extends PageRef {
  first: number;
  /** One character a shard. */
  states: string;
  /** code -> ranges (absolute shard numbers). */
  codes: Record<string, string>;
  /** list -> items made by the shards that are done, where the step fans out; `{}` in a new row. */
  counts: Record<string, number>;
  revision: number;
}

export type RecordPageInput = PageRow;

export interface SumPagesInput extends StepRef {
  shards: number;
}

export interface SumPagesResult {
  books: Books;
  /** code -> number of shards. */
  codes: Record<string, number>;
  /** At most 100 ranges of failed and of waived shards, and of open ones. */
  failed: string;
  open: string;
  waived: string;
  /** list -> items, summed over the pages: how many shards a step `for-each` over it has. */
  counts: Record<string, number>;
}

export interface WaiveShardsInput extends StepRef {
  selection: Selection;
  by: string;
  reason: string;
}

export interface RecordDecisionInput {
  run: string;
  kind: 'retry' | 'waive' | 'cancel';
  selection: ShardSelection | null;
  by: string;
  reason: string | null;
}

export interface AcceptConclusionInput {
  run: string;
  step: string;
  dataset: string;
  environment: string;
  conclusion: ReleasedConclusion;
  verdict: Verdict;
  dropped: Record<string, number>;
}

export interface AcceptConclusionResult {
  conclusion: ConclusionRef;
}

export interface HubActivities {
  /**
   * Validates as the API does, resolves versions and defaults, writes the plan and the bundle to the exchange and
   * the run's first row. Idempotent by run. Fails, not retryable, with a code of scope `request`.
   */
  planRun(input: PlanRunInput): Promise<PlanRunResult>;
  /** Decides over a snapshot of the catalog and records it. Fails with `placement-impossible`. Idempotent by run. */
  placeRun(input: PlaceRunInput): Promise<PlaceRunResult>;
  recordRun(input: RecordRunInput): Promise<void>;
  recordAdmission(input: RecordAdmissionInput): Promise<void>;
  recordStep(input: RecordStepInput): Promise<void>;
  planPages(input: PlanPagesInput): Promise<PlanPagesResult>;
  /** Returns the page's own row, made if it was not there. */
  openPage(input: OpenPageInput): Promise<PageRow>;
  /** A revision that is not newer changes nothing. */
  recordPage(input: RecordPageInput): Promise<void>;
  sumPages(input: SumPagesInput): Promise<SumPagesResult>;
  /**
   * Turns failed and open shards of the selection into waived ones; returns how many. Fails with `invalid-request`,
   * and waives none, when the step's waived shards would take more than 100 ranges: readers could not be told.
   */
  waiveShards(input: WaiveShardsInput): Promise<{ waived: number }>;
  recordDecision(input: RecordDecisionInput): Promise<void>;
  /** Fetches both files, checks digest, signature, pin and every field. Fails with `signature-invalid`. */
  acceptConclusion(input: AcceptConclusionInput): Promise<AcceptConclusionResult>;
}
