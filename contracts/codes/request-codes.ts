import { retried, row, type CodeRow } from './row.js';

/** The request, answered by the API. */
export const REQUEST_CODES = {
  'invalid-request': row(
    'request',
    400,
    'The request is not well formed. Mend the fields that the pointers name.',
  ),
  'invalid-parameter': row(
    'request',
    400,
    'A parameter does not fit its schema. See the allowed values at the pointer.',
  ),
  'unknown-parameter': row(
    'request',
    400,
    'The analysis has no such parameter. See the nearest names.',
  ),
  'unknown-analysis': row(
    'request',
    404,
    'There is no analysis of this name. See the nearest names.',
  ),
  'unknown-dataset': row(
    'request',
    404,
    'There is no dataset of this name. See the nearest names.',
  ),
  'unknown-phenotype': row(
    'request',
    400,
    'None of the datasets offers this phenotype. See the nearest names.',
  ),
  'unknown-covariate': row(
    'request',
    400,
    'None of the datasets offers this covariate. See the nearest names.',
  ),
  'unknown-frame': row(
    'request',
    400,
    'None of the datasets offers this frame. See the nearest names.',
  ),
  'phenotype-missing-in-dataset': row(
    'request',
    422,
    'A dataset does not offer this phenotype. Leave the dataset out or choose another phenotype.',
  ),
  'covariate-missing-in-dataset': row(
    'request',
    422,
    'A dataset does not offer this covariate. Leave the dataset or the covariate out.',
  ),
  'frame-missing-in-dataset': row(
    'request',
    422,
    'A dataset does not offer this frame. Leave the dataset out or choose another frame.',
  ),
  'builds-differ': row(
    'request',
    422,
    'The datasets lie on different genome builds. Choose datasets of one build.',
  ),
  'too-many-steps': row('request', 422, 'Steps times datasets exceed 400. Choose fewer datasets.'),
  'plan-too-large': row(
    'request',
    422,
    'The plan exceeds 64 KiB. Shorten the parameters or choose fewer datasets.',
  ),
  'fan-out-too-large': row(
    'run',
    422,
    'A list has more items than its step allows. Choose a stricter threshold.',
  ),
  'placement-impossible': row(
    'request',
    409,
    'No permitted environment can do a part of this run. Every alternative is named with its reason.',
  ),
  'idempotency-mismatch': row(
    'request',
    422,
    'This idempotency key was used with another request. Use a new key.',
  ),
  'idempotency-key-missing': row(
    'request',
    400,
    'Send an Idempotency-Key header, so that a repeated request starts no second run.',
  ),
  unauthenticated: row(
    'request',
    401,
    'The bearer token is missing, invalid or expired. Make one with `cloister token`.',
  ),
  forbidden: row('request', 403, 'Your role or project may not do this. Ask who runs the hub.'),
  'not-found': row('request', 404, 'There is nothing at this address, or it is not yours to see.'),
  'method-not-allowed': row(
    'request',
    405,
    'This address does not take that method. See the Allow header.',
  ),
  'body-too-large': row('request', 413, 'The request body is too large.'),
  'unsupported-media-type': row('request', 415, 'Send application/json.'),
  'range-not-satisfiable': row('request', 416, 'The range lies outside the file.'),
  'too-many-requests': retried(
    'request',
    429,
    'Too many requests. Try again after the time in Retry-After.',
  ),
  'run-ended': row('request', 409, 'The run has ended. Start a new one.'),
  'nothing-to-retry': row(
    'request',
    409,
    'No shard of this selection waits to be retried or waived.',
  ),
  'digest-mismatch': row(
    'request',
    422,
    'The bytes do not have the digest that the address names. Send them again.',
  ),
  'not-ready': retried(
    'request',
    503,
    'A part of the hub is not ready yet. Try again after the time in Retry-After.',
  ),
  internal: retried(
    'run',
    500,
    'Something failed inside. It is tried again; if it stays, ask who runs the hub.',
  ),
} as const satisfies Record<string, CodeRow>;
