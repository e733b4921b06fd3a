/** What was admitted here: once for each run and dataset, for ever. */
import type { CohortEvidence } from '../../contracts/job.js';
import { refuseOtherPlan } from '../checks/admission.js';
import { createRecords, type Db } from '../state/database.js';

export interface Admission {
  plan: string;
  /** The cohort's fingerprint; null without a model. */
  cohort: string | null;
  /** What was counted of it, judged anew at each job by the policy of the day; null without a model. */
  evidence: CohortEvidence | null;
  /** Digest of data and definitions, and of the definitions alone; null for `anywhere`. */
  data: string | null;
  definitions: string | null;
  /** Digest of the runtime that counted, and that has to answer. */
  runtime: string;
}

export function createAdmissionBook(db: Db) {
  const admissions = createRecords<Admission>(db, 'admissions');
  const plans = createRecords<string>(db, 'runs');
  return {
    find: (run: string, dataset: string) => admissions.get(run, dataset),
    /** Part of the caller's transaction. @returns the first admission of the run here */
    keep: (run: string, dataset: string, admission: Admission): Admission => {
      refuseOtherPlan(plans.keep(admission.plan, run), admission.plan);
      return admissions.keep(admission, run, dataset);
    },
    /** @throws Refusal `plan-differs` when another plan was admitted under the run in any of the places here */
    refuseOther: (run: string, plan: string): void => refuseOtherPlan(plans.get(run), plan),
  };
}
