/**
 * The wire contract: the five Activities that an environment serves, and no others. Hub and environment are
 * two programs that meet here; either can age without the other, so fields are only ever added.
 * Schemas in `contracts/schemas/wire.ts`, golden messages in `contracts/wire/fixtures/`.
 */
import type { CodeNote } from '../codes.js';
import type { ConclusionRef, Verdict } from '../conclusion.js';
import type { JobOrder } from '../job.js';

/** Of the golden messages: a field that is added leaves it, anything else would be a new one. */
export const WIRE_VERSION = 1;

export interface AdmitInput {
  run: string;
  /** A dataset's id, or `anywhere`. */
  dataset: string;
  /** sha256 of the plan in the exchange. */
  plan: string;
  /** Check only; store nothing. */
  preview?: boolean;
}

export interface AdmitResult {
  isAdmitted: boolean;
  /** Why not, or advice; names of the plan only. */
  codes: CodeNote[];
}

export interface RunJobInput {
  run: string;
  step: string;
  dataset: string;
  /** Ranges. */
  shards: string;
  /** Deliberate new submissions count up; a retry of the Activity does not. */
  try: number;
  provider: string;
  /** Conclusions made elsewhere that the step reads. */
  conclusions: ConclusionRef[];
  /** step -> ranges of its shards that a person waived; only steps that this one reads. */
  waived: Record<string, string>;
}

export interface RunJobResult {
  /** One character a shard of `shards`, in order: `+`, `=`, `x`, or `.` (not done: send again). */
  states: string;
  /** code -> ranges of the shards that it explains. */
  codes: Record<string, string>;
  /** list -> length, when the step fans out. */
  counts: Record<string, number>;
}

export interface CancelJobInput {
  run: string;
  step: string;
  dataset: string;
  shards: string;
  try: number;
}

export type CancelJobResult = Record<string, never>;

export interface ReleaseInput {
  run: string;
  step: string;
  dataset: string;
  /** The conclusion's name in the manifest of the analysis. */
  name: string;
}

export interface ReleaseResult {
  conclusions: ReleasedConclusion[];
  verdict: Verdict;
  /** Rows or cells that stayed inside, by reason. */
  dropped: Record<string, number>;
}

export interface ReleasedConclusion {
  name: string;
  sha256: string;
  /** sha256 of the signed statement, a file of the exchange as well. */
  statement: string;
  bytes: number;
}

export interface CloseRunInput {
  run: string;
}

export interface CloseRunResult {
  /** `<step>@<dataset>` -> use, rounded up to powers of two behind a wall. */
  usage: Record<string, { cpuSeconds: number; wallSeconds: number }>;
}

/** What the gate hands to the worker: the task, with the order from the admitted plan where there is one. */
export type OrderedRunJobInput = RunJobInput & { order: JobOrder };
export type OrderedReleaseInput = ReleaseInput & { order: JobOrder };

/** The Activities of an environment as a Workflow calls them. */
export interface EnvironmentActivities {
  admit(input: AdmitInput): Promise<AdmitResult>;
  runJob(input: RunJobInput): Promise<RunJobResult>;
  cancelJob(input: CancelJobInput): Promise<CancelJobResult>;
  release(input: ReleaseInput): Promise<ReleaseResult>;
  closeRun(input: CloseRunInput): Promise<CloseRunResult>;
}

export const ENVIRONMENT_ACTIVITIES = [
  'admit',
  'runJob',
  'cancelJob',
  'release',
  'closeRun',
] as const;

export type EnvironmentActivity = (typeof ENVIRONMENT_ACTIVITIES)[number];

/** Payloads of pages and their Activities; of runs and fan-outs. In bytes. */
export const MOST_ACTIVITY_PAYLOAD_BYTES = 4 * 1024;
export const MOST_RUN_PAYLOAD_BYTES = 64 * 1024;

/** Ranges that one message may hold; beyond, a selection is by code or state. */
export const MOST_RANGES = 100;

/** Op failures of a step in a walled environment, retries included, after which it stops. */
export const MOST_OP_FAILURES = 20;
