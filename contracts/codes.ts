/**
 * The closed list of codes: every refusal, failure and advice that a reader may meet. Codes are kebab-case and
 * all that crosses a wall in place of a message. `docs/errors.md` is held to this list by a test.
 */

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

function row(scope: CodeScope, isRetryable: boolean, status: number, sentence: string): CodeRow {
  return { scope, isRetryable, status, sentence };
}

export const CODES = {
  // The request, answered by the API.
  'invalid-request': row(
    'request',
    false,
    400,
    'The request is not well formed. Mend the fields that the pointers name.',
  ),
  'invalid-parameter': row(
    'request',
    false,
    400,
    'A parameter does not fit its schema. See the allowed values at the pointer.',
  ),
  'unknown-parameter': row(
    'request',
    false,
    400,
    'The analysis has no such parameter. See the nearest names.',
  ),
  'unknown-analysis': row(
    'request',
    false,
    404,
    'There is no analysis of this name. See the nearest names.',
  ),
  'unknown-dataset': row(
    'request',
    false,
    404,
    'There is no dataset of this name. See the nearest names.',
  ),
  'unknown-phenotype': row(
    'request',
    false,
    400,
    'None of the datasets offers this phenotype. See the nearest names.',
  ),
  'unknown-covariate': row(
    'request',
    false,
    400,
    'None of the datasets offers this covariate. See the nearest names.',
  ),
  'unknown-frame': row(
    'request',
    false,
    400,
    'None of the datasets offers this frame. See the nearest names.',
  ),
  'phenotype-missing-in-dataset': row(
    'request',
    false,
    422,
    'A dataset does not offer this phenotype. Leave the dataset out or choose another phenotype.',
  ),
  'covariate-missing-in-dataset': row(
    'request',
    false,
    422,
    'A dataset does not offer this covariate. Leave the dataset or the covariate out.',
  ),
  'frame-missing-in-dataset': row(
    'request',
    false,
    422,
    'A dataset does not offer this frame. Leave the dataset out or choose another frame.',
  ),
  'builds-differ': row(
    'request',
    false,
    422,
    'The datasets lie on different genome builds. Choose datasets of one build.',
  ),
  'too-many-steps': row(
    'request',
    false,
    422,
    'Steps times datasets exceed 400. Choose fewer datasets.',
  ),
  'plan-too-large': row(
    'request',
    false,
    422,
    'The plan exceeds 64 KiB. Shorten the parameters or choose fewer datasets.',
  ),
  'fan-out-too-large': row(
    'run',
    false,
    422,
    'A list has more items than its step allows. Choose a stricter threshold.',
  ),
  'placement-impossible': row(
    'request',
    false,
    409,
    'No permitted environment can do a part of this run. Every alternative is named with its reason.',
  ),
  'idempotency-mismatch': row(
    'request',
    false,
    422,
    'This idempotency key was used with another request. Use a new key.',
  ),
  'idempotency-key-missing': row(
    'request',
    false,
    400,
    'Send an Idempotency-Key header, so that a repeated request starts no second run.',
  ),
  unauthenticated: row(
    'request',
    false,
    401,
    'The bearer token is missing, invalid or expired. Make one with `cloister token`.',
  ),
  forbidden: row(
    'request',
    false,
    403,
    'Your role or project may not do this. Ask who runs the hub.',
  ),
  'not-found': row(
    'request',
    false,
    404,
    'There is nothing at this address, or it is not yours to see.',
  ),
  'method-not-allowed': row(
    'request',
    false,
    405,
    'This address does not take that method. See the Allow header.',
  ),
  'body-too-large': row('request', false, 413, 'The request body is too large.'),
  'unsupported-media-type': row('request', false, 415, 'Send application/json.'),
  'range-not-satisfiable': row('request', false, 416, 'The range lies outside the file.'),
  'too-many-requests': row(
    'request',
    true,
    429,
    'Too many requests. Try again after the time in Retry-After.',
  ),
  'run-ended': row('request', false, 409, 'The run has ended. Start a new one.'),
  'nothing-to-retry': row(
    'request',
    false,
    409,
    'No shard of this selection waits to be retried or waived.',
  ),
  'digest-mismatch': row(
    'request',
    false,
    422,
    'The bytes do not have the digest that the address names. Send them again.',
  ),
  'not-ready': row(
    'request',
    true,
    503,
    'A part of the hub is not ready yet. Try again after the time in Retry-After.',
  ),
  internal: row(
    'run',
    true,
    500,
    'Something failed inside. It is tried again; if it stays, ask who runs the hub.',
  ),

  // Admission, decided by the gate of an environment.
  'policy-invalid': row(
    'environment',
    false,
    503,
    'The environment has no valid policy, so nothing runs there. Its custodian has to mend it.',
  ),
  'analysis-not-approved': row(
    'dataset',
    false,
    403,
    'The custodian has not approved this version of the analysis. Ask for `cloister approve`.',
  ),
  'dataset-not-granted': row(
    'dataset',
    false,
    403,
    'The custodian has not granted this dataset to your project.',
  ),
  'dataset-not-here': row('dataset', false, 404, 'The environment does not hold this dataset.'),
  'version-not-current': row(
    'dataset',
    false,
    409,
    'The dataset has a newer version. Start a new run.',
  ),
  'combines-not-allowed': row(
    'environment',
    false,
    403,
    'The environment does not combine conclusions of others.',
  ),
  'plan-unavailable': row(
    'dataset',
    true,
    503,
    'The plan or the analysis could not be fetched from the exchange yet.',
  ),
  'plan-invalid': row('dataset', false, 422, 'The plan is not well formed or not of this run.'),
  'plan-differs': row(
    'dataset',
    false,
    409,
    'Another plan was admitted under this run. Start a new run.',
  ),
  'bundle-tampered': row(
    'dataset',
    false,
    409,
    'The analysis does not have the digest that was approved. It was refused and recorded.',
  ),
  'definitions-differ': row(
    'dataset',
    false,
    409,
    'The data were read with other definitions than the gate holds. Restart the environment.',
  ),
  'cohort-too-small': row(
    'dataset',
    false,
    422,
    'Too few people are left to conclude anything. Choose a wider frame or fewer covariates.',
  ),
  'cohort-empty': row(
    'dataset',
    false,
    422,
    'Nobody is left in the cohort. Choose another frame or phenotype.',
  ),
  'too-many-parameters': row(
    'dataset',
    false,
    422,
    'Too many covariates for the number of people. Leave some out.',
  ),
  'too-few-residual-dof': row(
    'dataset',
    false,
    422,
    'Too few degrees of freedom are left. Leave some covariates out.',
  ),
  'group-too-small': row(
    'dataset',
    false,
    422,
    'A covariate sets too few people apart. Leave it out.',
  ),
  'leverage-too-high': row(
    'dataset',
    false,
    422,
    'One person alone would decide a coefficient. Leave the covariate out.',
  ),
  'covariate-dominated': row(
    'dataset',
    false,
    422,
    'A few people dominate a covariate. Leave it out or ask for a rank-normalised one.',
  ),
  'phenotype-dominated': row(
    'dataset',
    false,
    422,
    'A few extreme values dominate the phenotype. Use the transform rank-normal or log.',
  ),
  'too-few-cases': row(
    'dataset',
    false,
    422,
    'Too few cases or controls. Choose another phenotype or frame.',
  ),

  // What the feeder finds when it opens the data.
  'dataset-unreadable': row(
    'dataset',
    false,
    422,
    'A file of the dataset is damaged or not of its kind. Its custodian has to mend it.',
  ),
  'definition-invalid': row(
    'dataset',
    false,
    422,
    'A definition of the dataset cannot be evaluated. Its custodian has to mend it.',
  ),
  'duplicate-variants': row(
    'dataset',
    false,
    422,
    'The dataset lists a variant twice. Its custodian has to mend it.',
  ),
  'strand-mismatch': row(
    'dataset',
    false,
    422,
    'The alleles are not on the declared strand. The custodian has to correct the declaration.',
  ),
  'phenotype-constant': row(
    'dataset',
    false,
    422,
    'The phenotype has one value only in this cohort. Choose another.',
  ),
  'phenotype-unknown': row(
    'dataset',
    false,
    422,
    'The dataset no longer defines this phenotype. Start a new run.',
  ),
  'covariate-unknown': row(
    'dataset',
    false,
    422,
    'The dataset no longer defines this covariate. Start a new run.',
  ),
  'frame-unknown': row(
    'dataset',
    false,
    422,
    'The dataset no longer defines this frame. Start a new run.',
  ),
  'log-of-non-positive': row(
    'dataset',
    false,
    422,
    'The phenotype has values of zero or less. Use rank-normal instead of log.',
  ),
  'reference-mismatch': row(
    'dataset',
    false,
    409,
    'The list of variants does not have the planned digest.',
  ),

  // Orders, refused by the gate on the way in or out.
  'wire-invalid': row(
    'environment',
    false,
    400,
    'A message did not fit the wire contract. Hub and environment may be of incompatible versions.',
  ),
  'activity-not-allowed': row(
    'environment',
    false,
    403,
    'The environment serves no such Activity.',
  ),
  'run-not-admitted': row('dataset', false, 409, 'The run was not admitted here.'),
  'step-not-in-plan': row('dataset', false, 409, 'The admitted plan has no such step here.'),
  'provider-not-allowed': row(
    'environment',
    false,
    403,
    'The policy does not allow this provider.',
  ),
  'isolation-too-weak': row(
    'environment',
    false,
    403,
    'The machine offers less isolation than the policy asks.',
  ),
  'conclusion-not-believed': row(
    'dataset',
    false,
    403,
    'The policy does not believe the environment that signed an input.',
  ),
  'conclusion-invalid': row(
    'dataset',
    false,
    409,
    'A conclusion has no valid signature for this run. It was refused and recorded.',
  ),
  'input-unavailable': row(
    'dataset',
    true,
    503,
    'A file that the task names could not be fetched from the exchange yet.',
  ),
  'inputs-missing': row(
    'dataset',
    false,
    409,
    'An output that the step reads is not complete here. Retry the step that makes it.',
  ),
  'question-mismatch': row(
    'dataset',
    false,
    409,
    'The runtime would answer another question than the plan asks. Start a new run.',
  ),
  'approval-revoked': row(
    'environment',
    false,
    403,
    'The custodian has revoked the approval. Retry when it is given again.',
  ),

  // Release.
  'rule-unknown': row('dataset', false, 422, 'The environment knows no such release rule.'),
  'manifest-invalid': row(
    'dataset',
    false,
    409,
    'The output has no authentic manifest for this question. It was refused and recorded.',
  ),
  'evidence-mismatch': row(
    'dataset',
    false,
    409,
    'The table does not follow from what was counted. It was refused and recorded.',
  ),
  'table-invalid': row(
    'dataset',
    false,
    422,
    'The table does not have the form that its rule demands.',
  ),
  'value-out-of-range': row('dataset', false, 422, 'A value of the table is impossible.'),
  'nothing-to-release': row('dataset', false, 422, 'No row passed the release rule.'),
  'release-refused': row(
    'dataset',
    false,
    403,
    'The release rule refuses this kind of output here.',
  ),
  'in-review': row(
    'dataset',
    true,
    202,
    'The custodian reviews the output. Nothing to do but wait.',
  ),
  'signature-invalid': row(
    'run',
    false,
    409,
    'A conclusion did not bear the pinned signature. It was refused and recorded.',
  ),

  // Work.
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

export type Code = keyof typeof CODES;

export function isCode(value: string): value is Code {
  return Object.hasOwn(CODES, value);
}

/** A code with the name of the request that it is about, if any. */
export interface CodeNote {
  code: Code;
  /** A name from the request or plan: a dataset, phenotype, covariate or frame. Never anything from data. */
  about: string | null;
}
