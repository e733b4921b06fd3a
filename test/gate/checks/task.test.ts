import { z } from 'zod';
import { sha256 } from '../../../contracts/schemas/canonical.js';
import { ENVIRONMENT_ACTIVITIES } from '../../../contracts/wire/index.js';
import * as checks from '../../../gate/checks/task.js';
import { casesOf } from '../support/check-cases.js';
import { answer, policy, task } from '../support/check-values.js';

for (const activity of ENVIRONMENT_ACTIVITIES) {
  casesOf(checks.refuseUnservedActivity, 'activity-not-allowed', {
    twin: [activity],
    faults: { [`${activity} written otherwise`]: [activity.toUpperCase()] },
  });
}

const schema = z.strictObject({ run: z.string() });

casesOf(checks.refuseMalformed, 'wire-invalid', {
  twin: [schema, { run: 'r1' }],
  faults: {
    'a field of another type': [schema, { run: 1 }],
    'a field that the schema does not have': [schema, { run: 'r1', note: 'x' }],
    'a field is missing': [schema, {}],
  },
});

casesOf(checks.refuseOtherStates, 'wire-invalid', {
  twin: [task('0-2,7'), answer({ states: '++x.' })],
  faults: {
    'one too few': [task('0-2,7'), answer({ states: '++x' })],
    'one too many': [task('0-2,7'), answer({ states: '++x.+' })],
  },
});

const explained = (codes: Record<string, string>) => answer({ states: '+x.', codes });

casesOf(checks.refuseForeignCodes, 'wire-invalid', {
  twin: [task('4-6'), explained({ 'op-failed': '5', 'timed-out': '6' })],
  faults: {
    'of a shard that is done': [task('4-6'), explained({ 'op-failed': '4' })],
    'of a shard of another task': [task('4-6'), explained({ 'op-failed': '7' })],
    'one shard twice': [task('4-6'), explained({ 'op-failed': '5', 'timed-out': '5-6' })],
    'of no ranges': [task('4-6'), explained({ 'op-failed': 'secret' })],
  },
});

casesOf(checks.refuseUnnamed, 'wire-invalid', {
  twin: [true],
  faults: { 'no task named the digest': [false] },
});

casesOf(checks.refusePattern, 'too-many-failures', {
  twin: [20, policy()],
  faults: { 'one more than is told': [21, policy()] },
});
casesOf(checks.refusePattern, 'too-many-failures', {
  twin: [21, policy({ wall: 'open' })],
  faults: { 'behind a wall': [21, policy()] },
});

const bytes = Buffer.from('a plan');

casesOf(checks.refuseTampered, 'plan-invalid', {
  twin: [bytes, sha256(bytes), 'plan-invalid'],
  faults: { 'other bytes': [Buffer.from('a plot'), sha256(bytes), 'plan-invalid'] },
});

casesOf(checks.refuseForeignCounts, 'wire-invalid', {
  twin: [answer({ counts: { leads: 3 } }), 'leads'],
  faults: {
    'of another list': [answer({ counts: { leads: 3, people: 95 } }), 'leads'],
    'of a step that fans nothing out': [answer({ counts: { leads: 3 } }), null],
  },
});

casesOf(checks.refuseUndecided, 'wire-invalid', {
  twin: [{}],
  faults: { 'the worker has not asked': [undefined] },
});

casesOf(checks.refuseForeignUse, 'wire-invalid', {
  twin: [{}],
  faults: { 'of a step that was not ordered': [undefined] },
});
