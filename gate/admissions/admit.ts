/** Admission: the whole plan, once, before any job of it starts. */
import { isCode } from '../../contracts/codes.js';
import type { JobManifest } from '../../contracts/job.js';
import { definitionsDigest } from '../../contracts/schemas/dataset-digest.js';
import { readManifest } from '../../contracts/schemas/job.js';
import type { AdmitInput, AdmitResult } from '../../contracts/wire/index.js';
import * as checks from '../checks/admission.js';
import type { Custody } from '../custody.js';
import { ENVIRONMENT_CHAIN } from '../ledger/ledger.js';
import type { ResolvedPlan } from '../plans/plans.js';
import { Refusal } from '../refusal.js';
import { refuseCohort } from '../rules/r4.js';
import { atomically } from '../state/database.js';
import type { GateParts } from '../parts.js';
import type { Admission } from './book.js';
import { permit, type Permit } from './permit.js';

export interface AdmissionRequest extends AdmitInput {
  /** Text of the feeder's `manifest.json`. */
  manifest: string;
}

type PermittedPlan = Permit & { resolved: ResolvedPlan };

/**
 * Checks that need no data: asked before the feeder opens any.
 * @throws Refusal
 */
export async function precheck(
  deps: GateParts,
  { run, dataset, plan }: AdmitInput,
): Promise<PermittedPlan> {
  const resolved = await deps.plans.resolve(plan);
  deps.admissions.refuseOther(run, plan);
  const given = permit(deps, { resolved, dataset, unapproved: 'analysis-not-approved' });
  checks.refuseOtherParameters(resolved.parameterSchema, resolved.plan);
  return { resolved, ...given };
}

/**
 * Decides, records, and answers the same when asked again.
 * @throws Refusal that is worth another try (`plan-unavailable`): nothing was decided
 */
export async function admit(deps: GateParts, request: AdmissionRequest): Promise<AdmitResult> {
  try {
    const permitted = await precheck(deps, request);
    const admission = examine(deps, request, permitted);
    if (request.preview !== true) store(deps, request, admission);
    return { isAdmitted: true, codes: adviceOf(admission) };
  } catch (error) {
    return refuseAdmission(deps, request, error);
  }
}

/** What the person who asks should know of a cohort that is admitted all the same. */
function adviceOf({ evidence }: Admission): AdmitResult['codes'] {
  return (evidence?.collinear ?? []).map((about) => ({ code: 'collinear', about }));
}

/** @returns the answer for a refusal that stands; everything else is thrown on */
export function refuseAdmission(
  { ledger, custody }: GateParts,
  { run, dataset, plan, preview = false }: AdmitInput,
  error: unknown,
): AdmitResult {
  if (!(error instanceof Refusal) || error.isRetryable) throw error;
  const data = { dataset, plan, preview, codes: error.notes };
  ledger.append(chainOf(custody, dataset), { kind: 'admission-refused', subject: run, data });
  return { isAdmitted: false, codes: error.notes };
}

function examine(
  { feederKey }: GateParts,
  { run, dataset, plan, manifest: text }: AdmissionRequest,
  permitted: PermittedPlan,
): Admission {
  const { resolved, definition } = permitted;
  const manifest = readManifest(text, feederKey);
  checks.refuseForgedManifest(manifest);
  const model = definition && resolved.model;
  const reference = resolved.plan.reference?.sha256 ?? null;
  checks.refuseOtherAdmission(manifest, { run, dataset, model, reference });
  passOnRefusal(manifest, resolved);
  const { runtime } = manifest;
  const none = { cohort: null, evidence: null, data: null, definitions: null };
  if (definition === null) return { plan, runtime, ...none };
  examineData(manifest, permitted);
  return { plan, runtime, ...none, ...countedOf(manifest, model !== null) };
}

function countedOf({ data, cohort: evidence }: JobManifest, hasModel: boolean): Partial<Admission> {
  if (data === null) return {};
  const { digest, definitions, cohort } = data;
  return { data: digest, definitions, ...(hasModel && { cohort, evidence }) };
}

function examineData(
  manifest: JobManifest,
  { custody, definition, resolved }: PermittedPlan,
): void {
  const { model } = resolved;
  checks.refuseOtherDefinitions(
    manifest.data?.definitions,
    definition && definitionsDigest(definition),
  );
  checks.refuseMissingCohort(manifest, model);
  if (model === null || manifest.cohort === null) return;
  checks.refuseUncountedColumns(manifest.cohort, model);
  refuseCohort(manifest.cohort, custody.policy, model);
}

/** What the feeder found passes as a code of the closed list, with a name of the plan at most. */
function passOnRefusal({ refused }: JobManifest, { plan, model }: ResolvedPlan): void {
  if (refused === null) return;
  const names = plan.datasets.map(({ id }) => id);
  if (model) names.push(model.phenotype, model.frame, ...model.covariates);
  const about = names.find((name) => name === refused.about) ?? null;
  throw new Refusal(isCode(refused.code) ? refused.code : 'platform-failed', about);
}

function store(
  { db, ledger, admissions, custody }: GateParts,
  { run, dataset }: AdmissionRequest,
  admission: Admission,
): void {
  atomically(db, () => {
    const isNew = admissions.find(run, dataset) === undefined;
    checks.refuseOtherCohort(admissions.keep(run, dataset, admission), admission);
    if (!isNew) return;
    const { plan, cohort, data: digest, definitions, runtime } = admission;
    const stated = { plan, cohort, data: digest, definitions, runtime };
    const data = { dataset, ...stated, policy: custody().policyDigest };
    ledger.append(chainOf(custody, dataset), { kind: 'admitted', subject: run, data });
  });
}

/** A dataset that is here has a chain of its own; all else is the environment's. */
export function chainOf(custody: () => Custody, dataset: string): string {
  try {
    return custody().datasets.some(({ id }) => id === dataset) ? dataset : ENVIRONMENT_CHAIN;
  } catch {
    return ENVIRONMENT_CHAIN;
  }
}
