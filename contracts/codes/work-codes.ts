import { retried, row, type CodeRow } from './row.js';

/** Work. */
export const WORK_CODES = {
  'op-failed': row(
    'shard',
    422,
    'The op failed on this shard. Retry it, waive it, or have its author look at the log inside.',
  ),
  'too-many-failures': row(
    'dataset',
    422,
    'Too many shards of this step failed, so it was stopped. Cancel, or have the author mend the op.',
  ),
  'job-running': retried('shard', 202, 'The job goes on.'),
  'job-lost': retried('shard', 503, 'The job ended without a result and is sent again.'),
  'page-lost': retried('run', 503, 'A page of shards was lost; its open shards can be retried.'),
  'provider-unavailable': retried(
    'environment',
    503,
    'The compute provider does not answer. It is tried again.',
  ),
  'environment-away': retried(
    'environment',
    503,
    'The environment does not answer. The run waits for it.',
  ),
  'platform-failed': retried(
    'environment',
    503,
    'The environment could not do its work. It is tried again.',
  ),
} as const satisfies Record<string, CodeRow>;
