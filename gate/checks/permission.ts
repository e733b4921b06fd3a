/** May this run's plan be worked on here? Asked at admission and again at each job and release. */
import type { AnalysisManifest } from '../../contracts/analysis.js';
import type { Code } from '../../contracts/codes.js';
import type { DatasetDefinition } from '../../contracts/dataset.js';
import type { Policy } from '../../contracts/policy.js';
import { Refusal } from '../refusal.js';

export function refuseUnapproved(isApproved: boolean, code: Code): void {
  if (!isApproved) throw new Refusal(code);
}

export function refuseUngranted(policy: Policy, project: string, dataset: string): void {
  const granted = Object.hasOwn(policy.grants, project) ? policy.grants[project] : undefined;
  if (!granted?.includes(dataset)) throw new Refusal('dataset-not-granted', dataset);
}

export function refuseAbsentDataset(
  definition: DatasetDefinition | undefined,
  dataset: string,
): asserts definition is DatasetDefinition {
  if (definition === undefined) throw new Refusal('dataset-not-here', dataset);
}

/** @param planned the ordinal in the plan; undefined: the plan does not name the dataset */
export function refuseUnplannedDataset(planned: number | undefined, dataset: string): void {
  if (planned === undefined) throw new Refusal('plan-invalid', dataset);
}

export function refuseOldVersion(
  current: number,
  planned: number | undefined,
  dataset: string,
): void {
  if (current !== planned) throw new Refusal('version-not-current', dataset);
}

/** @param region of this environment */
export function refuseForeignResidency({ id, residency }: DatasetDefinition, region: string): void {
  if (!residency.includes(region)) throw new Refusal('residency-not-allowed', id);
}

/** The length of a list leaves, so behind a wall the runtime's cutter makes it, or a conclusion is it. */
export function refuseAuthorList({ steps }: AnalysisManifest, { wall }: Policy): void {
  const isAuthored = steps.some(({ at, op, fansOut }) => at === 'datasets' && op && fansOut);
  if (wall === 'walled' && isAuthored) throw new Refusal('author-list-not-allowed');
}

export function refuseCombining(policy: Policy): void {
  if (!policy.combines) throw new Refusal('combines-not-allowed');
}
