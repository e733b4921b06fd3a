import { retried, row, type CodeRow } from './row.js';

/** Release. */
export const RELEASE_CODES = {
  'rule-unknown': row('dataset', 422, 'The environment knows no such release rule.'),
  'manifest-invalid': row(
    'dataset',
    409,
    'The output has no authentic manifest for this question. It was refused and recorded.',
  ),
  'evidence-mismatch': row(
    'dataset',
    409,
    'The table does not follow from what was counted. It was refused and recorded.',
  ),
  'table-invalid': row('dataset', 422, 'The table does not have the form that its rule demands.'),
  'value-out-of-range': row('dataset', 422, 'A value of the table is impossible.'),
  'nothing-to-release': row('dataset', 422, 'No row passed the release rule.'),
  'release-refused': row('dataset', 403, 'The release rule refuses this kind of output here.'),
  'in-review': retried('dataset', 202, 'The custodian reviews the output. Nothing to do but wait.'),
  'signature-invalid': row(
    'run',
    409,
    'A conclusion did not bear the pinned signature. It was refused and recorded.',
  ),
} as const satisfies Record<string, CodeRow>;
