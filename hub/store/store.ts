/**
 * The hub's store. Only Activities that a Workflow called write to it, but for two things: accepted requests
 * (the API, so that a repeated one starts no second run) and offers (which no Workflow carries). Each write is one
 * transaction together with its event, and a repeated write changes nothing.
 */
import type {
  OpenPageInput,
  PageRow,
  PlanPagesInput,
  PlanRunResult,
  RecordAdmissionInput,
  RecordDecisionInput,
  RecordRunInput,
  RecordStepInput,
  StepRef,
  WaiveShardsInput,
} from '../../contracts/activities.js';
import type { SignedOffer } from '../../contracts/offer.js';
import type { PlacementDecision } from '../../contracts/placement.js';
import type {
  ConclusionView,
  RunEvent,
  RunRequest,
  RunState,
  RunView,
} from '../../contracts/run.js';
import type { Books } from '../../contracts/shards.js';

/** A request that the API accepted under an idempotency key. */
export interface AcceptedRequest {
  run: string;
  requester: string;
  request: RunRequest;
  /** Of the request's canonical JSON. */
  digest: string;
  acceptedAt: string;
  isStarted: boolean;
}

export interface RequestStore {
  /** Keeps the request unless its run is known. @returns the one that is kept. */
  claim(request: Omit<AcceptedRequest, 'isStarted'>): Promise<AcceptedRequest>;
  find(run: string): Promise<AcceptedRequest | undefined>;
  markStarted(run: string): Promise<void>;
}

export interface NewRun {
  run: string;
  requester: string;
  request: RunRequest;
}

export interface RunFilter {
  /** null: every project. */
  projects: string[] | null;
  state?: RunState | undefined;
  analysis?: string | undefined;
  /** Of the last run of the page before. */
  after?: { acceptedAt: string; run: string } | undefined;
  limit: number;
}

export interface RunStore {
  begin(run: NewRun): Promise<void>;
  /** The plan that was saved first; undefined without one. */
  planOf(run: string): Promise<PlanRunResult | undefined>;
  savePlan(run: string, plan: PlanRunResult): Promise<void>;
  placementOf(run: string): Promise<PlacementDecision | undefined>;
  savePlacement(run: string, decision: PlacementDecision, snapshot: string): Promise<void>;
  record(input: RecordRunInput): Promise<void>;
  recordAdmission(input: RecordAdmissionInput): Promise<void>;
  /** @param key the same for a repetition of the same decision. */
  recordDecision(input: RecordDecisionInput, key: string): Promise<void>;
  /** Cheap; undefined while it is not begun. */
  stateOf(run: string): Promise<RunState | undefined>;
  /** Also a run that was accepted and not begun yet. */
  view(run: string): Promise<RunView | undefined>;
  /** Newest first. */
  list(filter: RunFilter): Promise<RunView[]>;
}

export interface FanOutSums {
  books: Books;
  /** code -> number of shards. */
  codes: Record<string, number>;
  counts: Record<string, number>;
  /** Shards in each state, ascending. */
  failed: number[];
  open: number[];
  waived: number[];
}

export interface StepStore {
  record(input: RecordStepInput): Promise<void>;
  /** Keeps how a fan-out is cut. @returns pages that hold a selected shard, ascending. */
  planPages(input: PlanPagesInput): Promise<number[]>;
  openPage(input: OpenPageInput): Promise<PageRow>;
  /** A revision that is not newer changes nothing. */
  recordPage(row: PageRow): Promise<void>;
  /** @param shards how many the step has: those without a page yet are open. */
  sums(ref: StepRef, shards: number): Promise<FanOutSums>;
  /** @param key the same for a repetition of the same waiver, which returns the same number. */
  waive(input: WaiveShardsInput, key: string): Promise<number>;
}

export interface ConclusionStore {
  accept(run: string, conclusion: ConclusionView): Promise<void>;
  refuse(
    run: string,
    refused: { step: string; dataset: string; name: string; why: string },
  ): Promise<void>;
}

export interface EventStore {
  /** In order, without gaps, after the sequence. */
  after(run: string, sequence: number, limit: number): Promise<RunEvent[]>;
}

export interface OfferStore {
  /** An offer that is not newer than the one that is kept changes nothing. */
  put(offer: SignedOffer): Promise<void>;
  all(): Promise<SignedOffer[]>;
}

export interface Store {
  requests: RequestStore;
  runs: RunStore;
  steps: StepStore;
  conclusions: ConclusionStore;
  events: EventStore;
  offers: OfferStore;
  /** @throws Error when the database does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
