import type { ManifestShard } from '../../../contracts/job.js';
import { sha256 } from '../../../contracts/schemas/canonical.js';
import { resultKeyOf } from '../../../contracts/schemas/question.js';
import * as checks from '../../../gate/checks/release.js';
import { casesOf } from '../support/check-cases.js';
import { data, digest, manifest, order, policy } from '../support/check-values.js';

const [RUNTIME, QUESTION, OTHER] = [digest('11'), digest('66'), digest('99')];

casesOf(checks.refuseOtherQuestion, 'manifest-invalid', {
  twin: [manifest(), order(), RUNTIME],
  faults: {
    'not of an op': [manifest({ kind: 'cut' }), order(), RUNTIME],
    'the answer to another question': [manifest({ question: OTHER }), order(), RUNTIME],
    'by another runtime': [manifest({ runtime: OTHER }), order(), RUNTIME],
    'of another op': [manifest({ op: OTHER }), order(), RUNTIME],
  },
});

casesOf(checks.refuseOtherData, 'manifest-invalid', {
  twin: [manifest(), order(), 'finland'],
  faults: {
    'of another dataset': [manifest({ dataset: 'utah' }), order(), 'finland'],
    'of other data': [manifest({ data: data({ digest: OTHER }) }), order(), 'finland'],
    'of no data': [manifest({ data: null }), order(), 'finland'],
    'of another cohort': [manifest({ data: data({ cohort: OTHER }) }), order(), 'finland'],
  },
});
casesOf(checks.refuseOtherData, 'manifest-invalid', {
  twin: [manifest({ data: data({ cohort: OTHER }) }), order({ cohort: null }), 'finland'],
  faults: {
    'the op sees people': [manifest({ data: data({ cohort: OTHER }) }), order(), 'finland'],
  },
});

const shard: ManifestShard = {
  ...{ shard: 0, key: resultKeyOf(QUESTION, null), state: '+', code: null },
  ...{ outputs: {}, evidence: null },
};

casesOf(checks.refuseOtherShard, 'manifest-invalid', {
  twin: [shard, QUESTION],
  faults: {
    'the manifest has none': [undefined, QUESTION],
    'it failed': [{ ...shard, state: 'x' }, QUESTION],
    'under the key of another question': [shard, OTHER],
  },
});

const bytes = Buffer.from('12345678');
const stated = { sha256: sha256(bytes), bytes: bytes.length };

casesOf(checks.refuseChangedBytes, 'manifest-invalid', {
  twin: [bytes, stated],
  faults: {
    'one byte is another': [Buffer.from('12345679'), stated],
    'of another length than stated': [bytes, { ...stated, bytes: 9 }],
    'the file is gone': [null, stated],
  },
});
casesOf(checks.refuseChangedBytes, 'manifest-invalid', {
  twin: [null, null],
  faults: { 'a file was stated': [null, stated] },
});

casesOf(checks.refuseOutsideRange, 'manifest-invalid', {
  twin: [bytes, { offset: 4, bytes: 4 }],
  faults: {
    'one byte beyond the end': [bytes, { offset: 4, bytes: 5 }],
    'no bytes': [null, { offset: 4, bytes: 4 }],
    'no range': [bytes, null],
    'no such output': [bytes, undefined],
  },
});

const atMost = (maxBytes: number) => ({ ...policy(), maxBytes });

casesOf(checks.refuseTooLarge, 'table-invalid', {
  twin: [bytes, 'variant-list@1', atMost(8)],
  faults: { 'one byte more than the most': [bytes, 'variant-list@1', atMost(7)] },
});
casesOf(checks.refuseTooLarge, 'table-invalid', {
  twin: [bytes, 'file', atMost(7)],
  faults: { 'it is a table': [bytes, 'variant-list@1', atMost(7)] },
});

casesOf(checks.refuseUnparted, 'in-review', {
  twin: [policy({ sandbox: { isolation: 'op' } })],
  faults: { 'feeder and op were not apart': [policy({ sandbox: { isolation: 'platform' } })] },
});

casesOf(checks.refuseFailed, 'release-refused', {
  twin: ['pass'],
  faults: { 'the rule failed it': ['fail'] },
});

casesOf(checks.refuseUnreviewed, 'in-review', {
  twin: ['pass'],
  faults: { 'people have to look': ['review'] },
});
