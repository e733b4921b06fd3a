import type { AnalysisManifest, Step } from '../../../contracts/analysis.js';
import * as checks from '../../../gate/checks/permission.js';
import { casesOf } from '../support/check-cases.js';
import { dataset, policy } from '../support/check-values.js';

casesOf(checks.refuseUnapproved, 'analysis-not-approved', {
  twin: [true, 'analysis-not-approved'],
  faults: { 'nobody approved it': [false, 'analysis-not-approved'] },
});
casesOf(checks.refuseUnapproved, 'approval-revoked', {
  twin: [true, 'approval-revoked'],
  faults: { 'the approval was taken back': [false, 'approval-revoked'] },
});

casesOf(checks.refuseUngranted, 'dataset-not-granted', {
  twin: [policy(), 'drugs', 'finland'],
  faults: {
    'a project without grants': [policy(), 'trade', 'finland'],
    'a project named like a member of every object': [policy(), 'constructor', 'finland'],
    'another dataset than the granted one': [policy(), 'drugs', 'utah'],
  },
});

casesOf(checks.refuseAbsentDataset, 'dataset-not-here', {
  twin: [dataset(), 'finland'],
  faults: { 'no definition of it': [undefined, 'finland'] },
});

casesOf(checks.refuseUnplannedDataset, 'plan-invalid', {
  twin: [1, 'finland'],
  faults: { 'the plan does not name it': [undefined, 'finland'] },
});

casesOf(checks.refuseOldVersion, 'version-not-current', {
  twin: [2, 2, 'finland'],
  faults: {
    'planned with the version before': [2, 1, 'finland'],
    'planned with one that is still to come': [2, 3, 'finland'],
    'planned with none': [2, undefined, 'finland'],
  },
});

casesOf(checks.refuseForeignResidency, 'residency-not-allowed', {
  twin: [dataset(), 'eu-fi'],
  faults: { 'in a region that is not listed': [dataset(), 'us'] },
});

const step = (changes: Partial<Step>): AnalysisManifest => {
  const fansOut = { list: 'items', most: 2 };
  const only: Step = {
    ...{ id: 'list', cut: null, op: 'list', at: 'datasets', inputs: [], forEach: null },
    ...{ blocks: null, concludes: {}, fansOut },
    ...changes,
  };
  const names = { name: 'association', version: '1.0.0', title: 'Association' };
  return { language: 1, ...names, model: null, steps: [only], ops: {} };
};

casesOf(checks.refuseAuthorList, 'author-list-not-allowed', {
  twin: [step({ op: null, cut: 'variants' }), policy()],
  faults: { 'an op makes the list': [step({}), policy()] },
});
casesOf(checks.refuseAuthorList, 'author-list-not-allowed', {
  twin: [step({ at: 'anywhere' }), policy()],
  faults: { 'the op makes it at the dataset': [step({}), policy()] },
});
casesOf(checks.refuseAuthorList, 'author-list-not-allowed', {
  twin: [step({}), policy({ wall: 'open' })],
  faults: { 'behind a wall': [step({}), policy()] },
});

casesOf(checks.refuseCombining, 'combines-not-allowed', {
  twin: [policy({ combines: true })],
  faults: { 'a wall does not combine unless it says so': [policy()] },
});
