import { row, type CodeRow } from './row.js';

/** Work. */
export const WORK_CODES = {
  'op-failed': row(
    'shard',
    false,
    422,
    'The op failed on this shard. Retry it, waive it, or have its author look at the log inside.',
  ),
  'too-many-failures': row(
    'dataset',
    false,
    422,
    'Too many shards of this step failed, so it was stopped. Cancel, or have the author mend the op.',
  ),
  'job-running': row('shard', true, 202, 'The job goes on.'),
  'job-lost': row('shard', true, 503, 'The job ended without a result and is sent again.'),
  'page-lost': row('run', true, 503, 'A page of shards was lost; its open shards can be retried.'),
  'provider-unavailable': row(
    'environment',
    true,
    503,
    'The compute provider does not answer. It is tried again.',
  ),
  'environment-away': row(
    'environment',
    true,
    503,
    'The environment does not answer. The run waits for it.',
  ),
  'platform-failed': row(
    'environment',
    true,
    503,
    'The environment could not do its work. It is tried again.',
  ),
} as const satisfies Record<string, CodeRow>;
