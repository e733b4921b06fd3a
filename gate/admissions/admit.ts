/** Admission: the whole plan, once, before any job of it starts. */
import { isCode } from '../../contracts/codes.js';
import { ANYWHERE } from '../../contracts/names.js';
import { readManifest } from '../../contracts/schemas/job.js';
import type { AdmitInput, AdmitResult } from '../../contracts/wire/index.js';
import type { JobManifest } from '../../contracts/job.js';
import {
  refuseForgedManifest,
  refuseMissingCohort,
  refuseOtherAdmission,
  refuseOtherDefinitions,
} from '../checks/admission.js';
import type { Custody } from '../custody.js';
import { ENVIRONMENT_CHAIN, type Ledger } from '../ledger/ledger.js';
import type { Plans, ResolvedPlan } from '../plans/plans.js';
import { Refusal, refusalOf } from '../refusal.js';
import { judgeCohort } from '../rules/r4.js';
import { atomically, type Db } from '../state/database.js';
import type { Admission, AdmissionBook } from './book.js';
import { definitionsDigest } from './definitions.js';
import { permit, type Permit } from './permit.js';

export interface AdmissionRequest extends AdmitInput {
  /** Text of the feeder's `manifest.json`. */
  manifest: string;
}

export interface AdmissionDeps {
  db: Db;
  ledger: Ledger;
  custody: () => Custody;
  plans: Plans;
  book: AdmissionBook;
  feederKey: string;
}

/**
 * Checks that need no data: asked before the feeder opens any.
 * @throws Refusal
 */
export async function precheck(deps: AdmissionDeps, input: AdmitInput): Promise<void> {
  const resolved = await deps.plans.resolve(input.plan);
  deps.book.refuseOther(input.run, input.plan);
  permit(deps, { resolved, dataset: input.dataset, unapproved: 'analysis-not-approved' });
}

/**
 * Decides, records, and answers the same when asked again.
 * @throws Refusal that is worth another try (`plan-unavailable`): nothing was decided
 */
export async function admit(deps: AdmissionDeps, request: AdmissionRequest): Promise<AdmitResult> {
  try {
    const resolved = await deps.plans.resolve(request.plan);
    const admission = examine(deps, request, resolved);
    if (request.preview !== true) store(deps, request, admission);
    return { isAdmitted: true, codes: [] };
  } catch (error) {
    return refuseAdmission(deps, request, error);
  }
}

/** @returns the answer for a refusal; everything else is thrown on. */
export function refuseAdmission(
  { ledger, custody }: Pick<AdmissionDeps, 'ledger' | 'custody'>,
  request: AdmitInput,
  error: unknown,
): AdmitResult {
  if (!(error instanceof Refusal) || error.isRetryable) throw error;
  const { run, dataset, plan, preview = false } = request;
  ledger.append(chainOf(custody, dataset), {
    kind: 'admission-refused',
    subject: run,
    data: { dataset, plan, preview, codes: error.notes },
  });
  return { isAdmitted: false, codes: error.notes };
}

function examine(
  deps: AdmissionDeps,
  request: AdmissionRequest,
  resolved: ResolvedPlan,
): Admission {
  const { run, dataset, plan } = request;
  deps.book.refuseOther(run, plan);
  const given = permit(deps, { resolved, dataset, unapproved: 'analysis-not-approved' });
  const manifest = readManifest(request.manifest, deps.feederKey);
  refuseForgedManifest(manifest);
  const model = dataset === ANYWHERE ? null : resolved.model;
  const reference = resolved.plan.reference?.sha256 ?? null;
  refuseOtherAdmission(manifest, { run, dataset, model, reference });
  passOnRefusal(manifest, resolved);
  if (given.definition !== null) examineData(manifest, given, resolved);
  return {
    plan,
    cohort: model === null ? null : (manifest.data?.cohort ?? null),
    data: manifest.data?.digest ?? null,
    definitions: manifest.data?.definitions ?? null,
    runtime: manifest.runtime,
  };
}

function examineData(
  manifest: JobManifest,
  { custody, definition }: Permit,
  { model }: ResolvedPlan,
): void {
  if (definition === null) return;
  refuseOtherDefinitions(manifest.data?.definitions, definitionsDigest(definition));
  refuseMissingCohort(manifest, model);
  if (model === null || manifest.cohort === null) return;
  const refusal = refusalOf(judgeCohort(manifest.cohort, custody.policy, model.phenotype));
  if (refusal) throw refusal;
}

/** What the feeder found passes as a code of the closed list, with a name of the plan at most. */
function passOnRefusal({ refused }: JobManifest, { plan, model }: ResolvedPlan): void {
  if (refused === null) return;
  const names = [
    ...plan.datasets.map(({ id }) => id),
    ...(model ? [model.phenotype, model.frame, ...model.covariates] : []),
  ];
  const about = names.find((name) => name === refused.about) ?? null;
  throw new Refusal(isCode(refused.code) ? refused.code : 'platform-failed', about);
}

function store(
  { db, ledger, book, custody }: AdmissionDeps,
  { run, dataset }: AdmissionRequest,
  admission: Admission,
): void {
  atomically(db, () => {
    const isNew = book.find(run, dataset) === undefined;
    const kept = book.keep(run, dataset, admission);
    refuseOtherCohort(kept, admission);
    if (!isNew) return;
    const data = { dataset, ...admission, policy: custody().policyDigest };
    ledger.append(chainOf(custody, dataset), { kind: 'admitted', subject: run, data });
  });
}

/** The same run counted again over other data: what was admitted first stands, this is not it. */
function refuseOtherCohort(kept: Admission, counted: Admission): void {
  const isSame = kept.data === counted.data && kept.cohort === counted.cohort;
  if (!isSame) throw new Refusal('version-not-current');
  if (kept.runtime !== counted.runtime) throw new Refusal('question-mismatch');
}

/** A dataset that is here has a chain of its own; all else is the environment's. */
export function chainOf(custody: () => Custody, dataset: string): string {
  try {
    return custody().datasets.some(({ id }) => id === dataset) ? dataset : ENVIRONMENT_CHAIN;
  } catch {
    return ENVIRONMENT_CHAIN;
  }
}
