import { row, type CodeRow } from './row.js';

/** What the feeder finds when it opens the data. */
export const FEEDER_CODES = {
  'dataset-unreadable': row(
    'dataset',
    422,
    'A file of the dataset is damaged or not of its kind. Its custodian has to mend it.',
  ),
  'definition-invalid': row(
    'dataset',
    422,
    'A definition of the dataset cannot be evaluated. Its custodian has to mend it.',
  ),
  'duplicate-variants': row(
    'dataset',
    422,
    'The dataset lists a variant twice. Its custodian has to mend it.',
  ),
  'strand-mismatch': row(
    'dataset',
    422,
    'The alleles are not on the declared strand. The custodian has to correct the declaration.',
  ),
  'phenotype-constant': row(
    'dataset',
    422,
    'The phenotype has one value only in this cohort. Choose another.',
  ),
  'phenotype-unknown': row(
    'dataset',
    422,
    'The dataset no longer defines this phenotype. Start a new run.',
  ),
  'covariate-unknown': row(
    'dataset',
    422,
    'The dataset no longer defines this covariate. Start a new run.',
  ),
  'frame-unknown': row(
    'dataset',
    422,
    'The dataset no longer defines this frame. Start a new run.',
  ),
  'log-of-non-positive': row(
    'dataset',
    422,
    'The phenotype has values of zero or less. Use rank-normal instead of log.',
  ),
  'reference-mismatch': row(
    'dataset',
    409,
    'The list of variants does not have the planned digest.',
  ),
} as const satisfies Record<string, CodeRow>;
