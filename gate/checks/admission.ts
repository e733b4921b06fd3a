/** Is what the feeder counted authentic, and of what the plan asks? */
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { AnalysisManifest, Model } from '../../contracts/analysis.js';
import type { CohortEvidence, JobManifest } from '../../contracts/job.js';
import type { Plan } from '../../contracts/plan.js';
import { digestOf } from '../../contracts/schemas/canonical.js';
import type { Admission } from '../admissions/book.js';
import { Refusal } from '../refusal.js';

/** Undefined: torn, malformed, or not authenticated with the feeder's key. */
export function refuseForgedManifest(
  manifest: JobManifest | undefined,
): asserts manifest is JobManifest {
  if (manifest === undefined) throw new Refusal('manifest-invalid');
}

export function refuseOtherAdmission(
  manifest: JobManifest,
  asked: { run: string; dataset: string; model: Model | null; reference: string | null },
): void {
  const isSame =
    manifest.kind === 'admit' &&
    manifest.run === asked.run &&
    manifest.dataset === asked.dataset &&
    digestOf(manifest.model) === digestOf(asked.model) &&
    (manifest.data === null || manifest.data.reference === asked.reference);
  if (!isSame) throw new Refusal('manifest-invalid');
}

export function refuseOtherDefinitions(read: string | null | undefined, own: string | null): void {
  if (read !== own) throw new Refusal('definitions-differ');
}

/** Evidence of a cohort is there exactly when the analysis has a model. */
export function refuseMissingCohort(manifest: JobManifest, model: Model | null): void {
  const hasCohort = manifest.cohort !== null && manifest.data?.cohort != null;
  if (model !== null && !hasCohort) throw new Refusal('manifest-invalid');
}

/** A covariate that nobody counted would be judged by nothing. */
export function refuseUncountedColumns(cohort: CohortEvidence, { covariates }: Model): void {
  const counted = [...cohort.columns.map(({ name }) => name), ...cohort.collinear];
  if (counted.sort().join() !== [...covariates].sort().join())
    throw new Refusal('manifest-invalid');
}

/** The schema that was approved with the code says what the code may be given. */
export function refuseOtherParameters(schema: Record<string, unknown>, { parameters }: Plan): void {
  const ajv = new Ajv2020({ strict: false, logger: false });
  if (!ajv.validate(schema, parameters)) throw new Refusal('plan-invalid');
}

export function refuseOtherPlan(admitted: string | undefined, plan: string): void {
  if (admitted !== undefined && admitted !== plan) throw new Refusal('plan-differs');
}

/** The same run counted again over other data: what was admitted first stands, this is not it. */
export function refuseOtherCohort(kept: Admission, counted: Admission): void {
  const isSame = kept.data === counted.data && kept.cohort === counted.cohort;
  if (!isSame) throw new Refusal('version-not-current');
  if (kept.runtime !== counted.runtime) throw new Refusal('question-mismatch');
}

export function refuseOtherAnalysis(manifest: AnalysisManifest, planned: Plan['analysis']): void {
  const isSame = manifest.name === planned.name && manifest.version === planned.version;
  if (!isSame) throw new Refusal('plan-invalid');
}
