import type { Step } from '../../../contracts/analysis.js';
import * as checks from '../../../gate/checks/job.js';
import { casesOf } from '../support/check-cases.js';
import { policy } from '../support/check-values.js';

casesOf(checks.refuseUnadmitted, 'run-not-admitted', {
  twin: [{}],
  faults: { 'no admission of the run here': [undefined] },
});

const step: Step = {
  ...{ id: 'scan', cut: null, op: 'scan', at: 'datasets', inputs: [], forEach: null },
  ...{ blocks: null, concludes: {}, fansOut: null },
};

casesOf(checks.refuseForeignStep, 'step-not-in-plan', {
  twin: [step, 'datasets'],
  faults: {
    'the analysis has no such step': [undefined, 'datasets'],
    'it is done at another place': [step, 'anywhere'],
  },
});

casesOf(checks.refuseProvider, 'provider-not-allowed', {
  twin: ['local', policy(), ['local', 'slurm']],
  faults: {
    'the policy does not name it': ['slurm', policy(), ['local', 'slurm']],
    'the environment does not have it': ['local', policy(), ['slurm']],
  },
});

casesOf(checks.refuseWeakSandbox, 'isolation-too-weak', {
  twin: ['unshare', policy()],
  faults: {
    'weaker than the floor': ['none', policy()],
    'of an unknown kind': ['chroot', policy()],
    'the worker has not said': [null, policy()],
  },
});
casesOf(checks.refuseWeakSandbox, 'isolation-too-weak', {
  twin: ['bubblewrap', policy({ sandbox: { floor: 'bubblewrap' } })],
  faults: { 'below a raised floor': ['unshare', policy({ sandbox: { floor: 'bubblewrap' } })] },
});

casesOf(checks.refuseOtherShards, 'wire-invalid', {
  twin: ['0,3-4', 5],
  faults: { 'one more than the step has': ['0,3-5', 5] },
});
casesOf(checks.refuseOtherShards, 'wire-invalid', {
  twin: ['7', null],
  faults: { 'the count is known': ['7', 1] },
});

casesOf(checks.refuseManyItems, 'fan-out-too-large', {
  twin: [2, 2],
  faults: { 'one more than the most': [3, 2] },
});

casesOf(checks.refuseForeignWaiver, 'wire-invalid', {
  twin: [{ scan: '0' }, ['scan']],
  faults: { 'of a step that is not read': [{ scan: '0', windows: '1' }, ['scan']] },
});

casesOf(checks.refuseMissingInput, 'inputs-missing', {
  twin: [{}],
  faults: { 'nothing was asked of it here': [undefined] },
});

casesOf(checks.refuseUnknownConclusion, 'step-not-in-plan', {
  twin: ['file'],
  faults: { 'the step concludes no such thing': [undefined] },
});
