import { retried, row, type CodeRow } from './row.js';

/** Admission, decided by the gate of an environment. */
export const ADMISSION_CODES = {
  'policy-invalid': row(
    'environment',
    503,
    'The environment has no valid policy, so nothing runs there. Its custodian has to mend it.',
  ),
  'analysis-not-approved': row(
    'dataset',
    403,
    'The custodian has not approved this version of the analysis. Ask for `cloister approve`.',
  ),
  'dataset-not-granted': row(
    'dataset',
    403,
    'The custodian has not granted this dataset to your project.',
  ),
  'dataset-not-here': row('dataset', 404, 'The environment does not hold this dataset.'),
  'residency-not-allowed': row(
    'dataset',
    403,
    'The dataset may not be processed in the region of this environment.',
  ),
  'author-list-not-allowed': row(
    'dataset',
    403,
    'An op would make a list of its own behind the wall, whose length would leave. Conclude the list instead.',
  ),
  'version-not-current': row('dataset', 409, 'The dataset has a newer version. Start a new run.'),
  'combines-not-allowed': row(
    'environment',
    403,
    'The environment does not combine conclusions of others.',
  ),
  'plan-unavailable': retried(
    'dataset',
    503,
    'The plan or the analysis could not be fetched from the exchange yet.',
  ),
  'plan-invalid': row('dataset', 422, 'The plan is not well formed or not of this run.'),
  'plan-differs': row('dataset', 409, 'Another plan was admitted under this run. Start a new run.'),
  'bundle-tampered': row(
    'dataset',
    409,
    'The analysis does not have the digest that was approved. It was refused and recorded.',
  ),
  'definitions-differ': row(
    'dataset',
    409,
    'The data were read with other definitions than the gate holds. Restart the environment.',
  ),
  'cohort-too-small': row(
    'dataset',
    422,
    'Too few people are left to conclude anything. Choose a wider frame or fewer covariates.',
  ),
  'cohort-empty': row(
    'dataset',
    422,
    'Nobody is left in the cohort. Choose another frame or phenotype.',
  ),
  'too-many-parameters': row(
    'dataset',
    422,
    'Too many covariates for the number of people. Leave some out.',
  ),
  'too-few-residual-dof': row(
    'dataset',
    422,
    'Too few degrees of freedom are left. Leave some covariates out.',
  ),
  'group-too-small': row('dataset', 422, 'A covariate sets too few people apart. Leave it out.'),
  'leverage-too-high': row(
    'dataset',
    422,
    'One person alone would decide a coefficient. Leave the covariate out.',
  ),
  'covariate-dominated': row(
    'dataset',
    422,
    'A few people dominate a covariate. Leave it out or ask for a rank-normalised one.',
  ),
  'phenotype-dominated': row(
    'dataset',
    422,
    'A few extreme values dominate the phenotype. Use the transform rank-normal or log.',
  ),
  'too-few-cases': row(
    'dataset',
    422,
    'Too few cases or controls. Choose another phenotype or frame.',
  ),
  collinear: row(
    'dataset',
    200,
    'A covariate follows from the others in this cohort, so it was left out there. The result holds; leave it out of the request.',
  ),
} as const satisfies Record<string, CodeRow>;
