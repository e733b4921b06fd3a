/**
 * Names that cross a boundary. All of them are chosen by the platform or by a person who writes a
 * definition; none is ever derived from data.
 */

/** The Task Queue of the control worker. Every Workflow and the hub's own Activities live on it. */
export const CONTROL_TASK_QUEUE = 'control';

/** The reserved dataset name under which steps `at: anywhere` are admitted, run and released. */
export const ANYWHERE = 'anywhere';

/** Ids of environments, regions, datasets, steps, projects and analyses. */
export const ID_PATTERN = /^[a-z][a-z0-9-]{0,39}$/;

/** Names that a custodian or an author writes: phenotypes, covariates, frames, conclusions, parameters, ops. */
export const NAME_PATTERN = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

/** A run id: `r` and 24 characters of lower-case base32. */
export const RUN_ID_PATTERN = /^r[a-z2-7]{24}$/;

/** A sha256 in lower-case hexadecimal. */
export const SHA256_PATTERN = /^[0-9a-f]{64}$/;

/** A release rule with its version, e.g. `variant-statistics@1`. */
export const RULE_PATTERN = /^[a-z][a-z0-9-]{0,39}(@[1-9][0-9]{0,2})?$/;

/** The Task Queue of one environment, e.g. `eu-fi.finland`. */
export function environmentTaskQueue(region: string, environment: string): string {
  return `${region}.${environment}`;
}
