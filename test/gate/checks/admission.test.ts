import type { AnalysisManifest } from '../../../contracts/analysis.js';
import type { Plan } from '../../../contracts/plan.js';
import type { Admission } from '../../../gate/admissions/book.js';
import * as checks from '../../../gate/checks/admission.js';
import { casesOf } from '../support/check-cases.js';
import { cohort, data, digest, manifest, MODEL } from '../support/check-values.js';

casesOf(checks.refuseForgedManifest, 'manifest-invalid', {
  twin: [manifest()],
  faults: { 'it could not be read or authenticated': [undefined] },
});

const asked = { run: 'r1', dataset: 'finland', model: MODEL, reference: null };
const counted = manifest({ kind: 'admit', model: MODEL });

casesOf(checks.refuseOtherAdmission, 'manifest-invalid', {
  twin: [counted, asked],
  faults: {
    'a manifest of a job': [{ ...counted, kind: 'op' }, asked],
    'counted for another run': [{ ...counted, run: 'r2' }, asked],
    'counted of another dataset': [{ ...counted, dataset: 'utah' }, asked],
    'counted with another model': [{ ...counted, model: { ...MODEL, covariates: ['SEX'] } }, asked],
    'counted without the model': [{ ...counted, model: null }, asked],
    'counted against another reference': [
      { ...counted, data: data({ reference: digest('99') }) },
      asked,
    ],
  },
});

casesOf(checks.refuseOtherDefinitions, 'definitions-differ', {
  twin: [digest('44'), digest('44')],
  faults: {
    'read by other definitions': [digest('99'), digest('44')],
    'read by none': [undefined, digest('44')],
  },
});

casesOf(checks.refuseMissingCohort, 'manifest-invalid', {
  twin: [manifest({ cohort: cohort() }), MODEL],
  faults: {
    'no evidence of the cohort': [manifest(), MODEL],
    'no data': [manifest({ cohort: cohort(), data: null }), MODEL],
    'no fingerprint of the cohort': [
      manifest({ cohort: cohort(), data: data({ cohort: null }) }),
      MODEL,
    ],
  },
});
casesOf(checks.refuseMissingCohort, 'manifest-invalid', {
  twin: [manifest(), null],
  faults: { 'the analysis has a model': [manifest(), MODEL] },
});

casesOf(checks.refuseUncountedColumns, 'manifest-invalid', {
  twin: [cohort(), MODEL],
  faults: {
    'a covariate that nobody counted': [cohort({ collinear: [] }), MODEL],
    'a column that nobody asked for': [cohort({ collinear: ['AGE', 'BMI'] }), MODEL],
    'another covariate': [cohort({ collinear: ['BMI'] }), MODEL],
  },
});

const planned = (parameters: Plan['parameters']): Plan => ({
  ...{ version: 1, project: 'drugs', parameters, datasets: [], reference: null },
  analysis: { name: 'association', version: '1.0.0', digest: digest('77') },
  limits: { batch: 'auto', pageShards: 500 },
});
const schema = { required: ['window'], properties: { window: { type: 'integer' } } };

casesOf(checks.refuseOtherParameters, 'plan-invalid', {
  twin: [schema, planned({ window: 40 })],
  faults: {
    'of another type': [schema, planned({ window: 'forty' })],
    'one is missing': [schema, planned({})],
  },
});

casesOf(checks.refuseOtherPlan, 'plan-differs', {
  twin: [digest('88'), digest('88')],
  faults: { 'another was admitted under the run': [digest('99'), digest('88')] },
});
casesOf(checks.refuseOtherPlan, 'plan-differs', {
  twin: [undefined, digest('88')],
  faults: { 'one was admitted before': [digest('99'), digest('88')] },
});

const kept: Admission = {
  ...{ plan: digest('88'), cohort: digest('22'), evidence: null, data: digest('33') },
  ...{ definitions: digest('44'), runtime: digest('11') },
};

casesOf(checks.refuseOtherCohort, 'version-not-current', {
  twin: [kept, { ...kept }],
  faults: {
    'counted over other data': [kept, { ...kept, data: digest('99') }],
    'another cohort': [kept, { ...kept, cohort: digest('99') }],
  },
});
casesOf(checks.refuseOtherCohort, 'question-mismatch', {
  twin: [kept, { ...kept }],
  faults: { 'counted by another runtime': [kept, { ...kept, runtime: digest('99') }] },
});

const { analysis } = planned({});
const loaded = (changes: Partial<AnalysisManifest>): AnalysisManifest => ({
  ...{ language: 1, name: 'association', version: '1.0.0', title: 'Association' },
  ...{ model: null, steps: [], ops: {} },
  ...changes,
});

casesOf(checks.refuseOtherAnalysis, 'plan-invalid', {
  twin: [loaded({}), analysis],
  faults: {
    'another name than the bundle has': [loaded({ name: 'burden' }), analysis],
    'another version than the bundle has': [loaded({ version: '1.0.1' }), analysis],
  },
});
