/** Runs as the API, the client and the Workflows speak of them. */
import type { Code, CodeNote } from './codes.js';
import type { ConclusionRef, Verdict } from './conclusion.js';
import type { Placement } from './placement.js';
import type { Books } from './shards.js';

export type RunState =
  | 'accepted'
  | 'running'
  | 'held'
  | 'needs-attention'
  | 'cancelling'
  | 'done'
  | 'refused'
  | 'cancelled'
  | 'failed';

export const ENDED_STATES: readonly RunState[] = ['done', 'refused', 'cancelled', 'failed'];

/** What a scientist asks for. */
export interface RunRequest {
  project: string;
  analysis: string;
  /** Missing ones take the defaults of the parameter schema. */
  parameters: Record<string, unknown>;
  datasets: string[];
  /** Platform settings, for engineers; not part of any result. */
  limits?: { batch?: number | 'auto' | undefined; pageShards?: number | undefined } | undefined;
}

/** State of one step in one place. */
export type StepState =
  'waiting' | 'running' | 'held' | 'needs-attention' | 'done' | 'failed' | 'cancelled';

export interface StepView {
  step: string;
  dataset: string;
  environment: string;
  state: StepState;
  books: Books;
  /** code -> number of shards. */
  codes: Record<string, number>;
}

export interface ConclusionView extends ConclusionRef {
  environment: string;
  rule: string;
  verdict: Verdict;
  bytes: number;
  dropped: Record<string, number>;
  waived: Record<string, string>;
  acceptedAt: string;
  ledgerSequence: number;
}

export interface RunView {
  id: string;
  project: string;
  requester: string;
  request: RunRequest;
  state: RunState;
  analysis: { name: string; version: string; digest: string; title: string } | null;
  plan: string | null;
  codes: { code: Code; about: string | null; dataset: string | null }[];
  /** What the run waits for, and whose move it is; null while it works. */
  waitingFor: string | null;
  acceptedAt: string;
  endedAt: string | null;
  placements: Placement[];
  steps: StepView[];
  conclusions: ConclusionView[];
}

/** Events of a run, in order, without gaps: `sequence` counts from 1. */
export interface RunEvent {
  run: string;
  sequence: number;
  at: string;
  type: RunEventType;
  data: Record<string, unknown>;
}

export const RUN_EVENT_TYPES = [
  'run-accepted',
  'run-planned',
  'run-placed',
  'admission-decided',
  'step-changed',
  'page-recorded',
  'conclusion-accepted',
  'conclusion-refused',
  'decision-made',
  'run-changed',
] as const;

export type RunEventType = (typeof RUN_EVENT_TYPES)[number];

/** Which shards a retry or waiver means; by ranges (at most 100), by code, or all that failed or stay open. */
export interface ShardSelection {
  step: string;
  dataset: string;
  ranges?: string | undefined;
  code?: Code | undefined;
}

export interface AdmissionNote {
  dataset: string;
  codes: CodeNote[];
}
