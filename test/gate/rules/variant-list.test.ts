import { expect, it } from 'vitest';
import { policySchema } from '../../../contracts/schemas/environment.js';
import { releaseFile } from '../../../gate/rules/file.js';
import { ruleOf } from '../../../gate/rules/index.js';
import { leadsOf, releaseVariantList } from '../../../gate/rules/variant-list.js';

const policy = policySchema.parse({ wall: 'open', grants: {} });
const given = { policy, evidence: null, leads: null, cohort: null, most: 2 };
const list = (...rows: string[]) =>
  Buffer.from(['chromosome\tposition\teffect\tother', ...rows, ''].join('\n'));

it('a list of variants passes in an open environment, and fails behind a wall', () => {
  const bytes = list('22\t100\tA\tG', 'X\t7\tAC\t*');
  expect(releaseVariantList({ ...given, bytes })).toEqual({ verdict: 'pass', bytes, dropped: {} });
  const walled = { ...policy, wall: 'walled' as const };
  expect(releaseVariantList({ ...given, policy: walled, bytes }).verdict).toBe('fail');
  expect([...leadsOf(bytes)]).toEqual(['22:100:A:G', 'X:7:AC:*']);
});

it.each([
  ['table-invalid', ['22\t0100\tA\tG']],
  ['table-invalid', ['22\t100\ta person\tG']],
  ['table-invalid', ['22\t100\tA\tG\tmore']],
  ['table-invalid', ['22\t100\tA\tG', '22\t100\tA\tG']],
  ['fan-out-too-large', ['1\t1\tA\tG', '1\t2\tA\tG', '1\t3\tA\tG']],
])('is refused with %s: %j', (code, rows) => {
  expect(() => releaseVariantList({ ...given, bytes: list(...rows) })).toThrow(code);
});

it('a file is for open environments', () => {
  const bytes = Buffer.from([0, 1, 2]);
  expect(releaseFile({ ...given, bytes })).toEqual({ verdict: 'unchecked', bytes, dropped: {} });
  const walled = { ...policy, wall: 'walled' as const };
  expect(releaseFile({ ...given, policy: walled, bytes }).verdict).toBe('fail');
});

it('no other rule is known', () => {
  expect(() => ruleOf('variant-statistics@2')).toThrow('rule-unknown');
  expect(() => ruleOf('constructor')).toThrow('rule-unknown');
  expect(ruleOf('file')).toBe(releaseFile);
});
