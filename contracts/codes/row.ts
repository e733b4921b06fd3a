/** One row of the closed list of codes. */

/** Whom it concerns: one shard, a dataset in a run, a whole environment, the run, or the request itself. */
export type CodeScope = 'request' | 'run' | 'dataset' | 'environment' | 'shard';

export interface CodeRow {
  scope: CodeScope;
  /** Whether the platform tries again by itself. */
  isRetryable: boolean;
  /** HTTP status where the API answers with it. */
  status: number;
  /** What happened and what the reader can do. */
  sentence: string;
}

export function row(scope: CodeScope, status: number, sentence: string): CodeRow {
  return { scope, isRetryable: false, status, sentence };
}

/** A row whose cause may pass by itself. */
export function retried(scope: CodeScope, status: number, sentence: string): CodeRow {
  return { scope, isRetryable: true, status, sentence };
}
