import type { ConclusionRef, ConclusionStatement } from '../../../contracts/conclusion.js';
import { generateSigningKey, loadSigningKey, signJson } from '../../../contracts/schemas/sign.js';
import * as checks from '../../../gate/checks/conclusion.js';
import { casesOf } from '../support/check-cases.js';
import { digest } from '../support/check-values.js';

const statement = (changes: Partial<ConclusionStatement> = {}): ConclusionStatement => ({
  ...{ version: 1, environment: 'cloud', run: 'r1', step: 'leads', dataset: 'anywhere' },
  ...{ name: 'leads', sha256: digest('aa'), bytes: 9, analysis: digest('77') },
  ...{ plan: digest('88'), datasets: [], rule: 'variant-list@1', policy: digest('44') },
  ...{ verdict: 'pass', dropped: {}, waived: {}, isolation: 'op' },
  ledger: { sequence: 1, head: digest('55') },
  ...changes,
});

const ref: ConclusionRef = {
  ...{ step: 'leads', dataset: 'anywhere', name: 'leads' },
  ...{ sha256: digest('aa'), statement: digest('bb') },
};

casesOf(checks.refuseUnbelieved, 'conclusion-not-believed', {
  twin: ['key'],
  faults: { 'the policy has no key of the environment': [undefined] },
});

const [own, other] = [generateSigningKey(), generateSigningKey()];
const signature = signJson(statement(), loadSigningKey(own.privatePem));

casesOf(checks.refuseUnsigned, 'conclusion-invalid', {
  twin: [{ statement: statement(), signature }, own.publicKey],
  faults: {
    'signed with another key': [{ statement: statement(), signature }, other.publicKey],
    'changed after it was signed': [
      { statement: statement({ bytes: 10 }), signature },
      own.publicKey,
    ],
    'not signed': [{ statement: statement(), signature: '' }, own.publicKey],
  },
});

const expected: checks.ExpectedConclusion = {
  ...{ run: 'r1', plan: digest('88'), analysis: digest('77'), rule: 'variant-list@1' },
};

casesOf(checks.refuseOtherConclusion, 'conclusion-invalid', {
  twin: [statement(), ref, expected],
  faults: {
    'of another run': [statement({ run: 'r2' }), ref, expected],
    'of another plan': [statement({ plan: digest('99') }), ref, expected],
    'of another analysis': [statement({ analysis: digest('99') }), ref, expected],
    'by another rule': [statement({ rule: 'file' }), ref, expected],
    'of another step': [statement({ step: 'rows' }), ref, expected],
    'of another dataset': [statement({ dataset: 'finland' }), ref, expected],
    'of another name': [statement({ name: 'rows' }), ref, expected],
    'of other bytes': [statement({ sha256: digest('99') }), ref, expected],
  },
});

casesOf(checks.refuseUnreleased, 'conclusion-invalid', {
  twin: [statement({ verdict: 'pass' })],
  faults: { 'it failed': [statement({ verdict: 'fail' })] },
});
casesOf(checks.refuseUnreleased, 'conclusion-invalid', {
  twin: [statement({ verdict: 'unchecked' })],
  faults: { 'nobody has looked yet': [statement({ verdict: 'review' })] },
});

const isLeads = ({ step }: ConclusionRef) => step === 'leads';

casesOf(checks.refuseUnreadConclusion, 'conclusion-invalid', {
  twin: [[ref, { ...ref, dataset: 'utah' }], isLeads],
  faults: {
    'of a step that is not read': [[ref, { ...ref, step: 'rows' }], isLeads],
    'the same one twice': [[ref, { ...ref, sha256: digest('99') }], isLeads],
  },
});
