/** The checks that hold for a plan in one place: at admission, and again at each job, retry, reuse and release. */
import type { Code } from '../../contracts/codes.js';
import type { DatasetDefinition } from '../../contracts/dataset.js';
import { ANYWHERE } from '../../contracts/names.js';
import { isApproved } from '../approvals/index.js';
import * as checks from '../checks/permission.js';
import type { Custody } from '../custody.js';
import type { ResolvedPlan } from '../plans/plans.js';
import type { GateParts } from '../parts.js';

export interface Permit {
  custody: Custody;
  /** Null for `anywhere`. */
  definition: DatasetDefinition | null;
}

export interface PermitRequest {
  resolved: ResolvedPlan;
  dataset: string;
  /** What a missing approval means: never given, or taken back since. */
  unapproved: Extract<Code, 'analysis-not-approved' | 'approval-revoked'>;
}

/** @throws Refusal with the first reason against */
export function permit(
  { custody: readCustody, ledger }: GateParts,
  { resolved, dataset, unapproved }: PermitRequest,
): Permit {
  const custody = readCustody();
  const { plan } = resolved;
  checks.refuseUnapproved(isApproved(ledger, plan.analysis.digest), unapproved);
  if (dataset === ANYWHERE) {
    checks.refuseCombining(custody.policy);
    return { custody, definition: null };
  }
  const definition = custody.datasets.find(({ id }) => id === dataset);
  checks.refuseAbsentDataset(definition, dataset);
  checks.refuseForeignResidency(definition, custody.config.region);
  checks.refuseAuthorList(resolved.manifest, custody.policy);
  checks.refuseUngranted(custody.policy, plan.project, dataset);
  const planned = plan.datasets.find(({ id }) => id === dataset)?.version;
  checks.refuseUnplannedDataset(planned, dataset);
  checks.refuseOldVersion(definition.version, planned, dataset);
  return { custody, definition };
}
