/** What a page's work is, where its jobs go and what comes of it: shared by all who do or ask for it. */
import type { OpenPageInput, Selection } from '../contracts/activities.js';
import type { Code } from '../contracts/codes.js';
import type { ConclusionRef } from '../contracts/conclusion.js';
import type { Books } from '../contracts/shards.js';

/** Where the jobs of a step in one place go, and what each of them is told. */
export interface JobTarget {
  environment: string;
  taskQueue: string;
  provider: string;
  /** Conclusions made elsewhere that the step reads. */
  conclusions: ConclusionRef[];
  /** step -> waived ranges, of steps at the same place that it reads. */
  waived: Record<string, string>;
}

export interface PageWork {
  page: OpenPageInput;
  selection: Selection;
  target: JobTarget;
  /** The step's try: counts the decisions of people, not the retries of the platform. */
  try: number;
  batch: number;
  window: number;
  /** Op failures of the step in this place so far. */
  opFailures: number;
  /** What Temporal UI shows of each job. */
  summary: string;
}

export interface PageOutcome {
  books: Books;
  /** code -> shards. */
  codes: Record<string, number>;
  counts: Record<string, number>;
  /** New op failures of this work. */
  opFailures: number;
  /** Why it stopped before all that was selected was sent. */
  halt: Code | null;
}

/** Set by a hold from outside or by a refusal that no further batch would escape: no new batch starts. */
export interface Halt {
  code: Code | null;
}
