/** What was admitted here: once for each run and dataset, for ever. */
import { refuseOtherPlan } from '../checks/admission.js';
import { createRecords, type Db } from '../state/database.js';

export interface Admission {
  plan: string;
  /** The cohort's fingerprint; null without a model. */
  cohort: string | null;
  /** Digest of data and definitions; null for `anywhere`. */
  data: string | null;
  /** Digest of the definitions alone: they may not change under an admitted run. */
  definitions: string | null;
  /** Digest of the runtime that counted, and that has to answer. */
  runtime: string;
}

export interface AdmissionBook {
  find(run: string, dataset: string): Admission | undefined;
  /**
   * Part of the caller's transaction. A second admission returns the first one.
   * @throws Refusal `plan-differs`
   */
  keep(run: string, dataset: string, admission: Admission): Admission;
  /** @throws Refusal `plan-differs` when another plan was admitted under the run in any of the places here */
  refuseOther(run: string, plan: string): void;
}

export function createAdmissionBook(db: Db): AdmissionBook {
  const admissions = createRecords<Admission>(db, 'admissions', ['run', 'dataset']);
  const plans = createRecords<string>(db, 'runs', ['run']);
  return {
    find: (run, dataset) => admissions.get([run, dataset]),
    keep: (run, dataset, admission) => {
      refuseOtherPlan(plans.keep([run], admission.plan), admission.plan);
      return admissions.keep([run, dataset], admission);
    },
    refuseOther: (run, plan) => refuseOtherPlan(plans.get([run]), plan),
  };
}
