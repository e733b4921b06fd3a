import { retried, row, type CodeRow } from './row.js';

/** Orders, refused by the gate on the way in or out. */
export const ORDER_CODES = {
  'wire-invalid': row(
    'environment',
    400,
    'A message did not fit the wire contract. Hub and environment may be of incompatible versions.',
  ),
  'activity-not-allowed': row('environment', 403, 'The environment serves no such Activity.'),
  'run-not-admitted': row('dataset', 409, 'The run was not admitted here.'),
  'step-not-in-plan': row('dataset', 409, 'The admitted plan has no such step here.'),
  'provider-not-allowed': row('environment', 403, 'The policy does not allow this provider.'),
  'isolation-too-weak': row(
    'environment',
    403,
    'The machine offers less isolation than the policy asks.',
  ),
  'conclusion-not-believed': row(
    'dataset',
    403,
    'The policy does not believe the environment that signed an input.',
  ),
  'conclusion-invalid': row(
    'dataset',
    409,
    'A conclusion has no valid signature for this run. It was refused and recorded.',
  ),
  'input-unavailable': retried(
    'dataset',
    503,
    'A file that the task names could not be fetched from the exchange yet.',
  ),
  'inputs-missing': row(
    'dataset',
    409,
    'An output that the step reads is not complete here. Retry the step that makes it.',
  ),
  'question-mismatch': row(
    'dataset',
    409,
    'The runtime would answer another question than the plan asks. Start a new run.',
  ),
  'approval-revoked': row(
    'environment',
    403,
    'The custodian has revoked the approval. Retry when it is given again.',
  ),
} as const satisfies Record<string, CodeRow>;
