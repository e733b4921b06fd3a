import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { scratch } from '../cli/helpers.js';

interface Totals {
  passed: number;
  failed: number;
  skipped: string[];
}
type Read = (path: string, status: number) => Totals;

const url = new URL('../../scripts/test/reports.mjs', import.meta.url);
const { readVitestReport, readPytestReport } = (await import(url.href)) as Record<string, Read> & {
  readVitestReport: Read;
  readPytestReport: Read;
};

function report(name: string, text: string): string {
  const path = join(scratch(), name);
  writeFileSync(path, text);
  return path;
}

const vitest = (files: unknown[]) => report('vitest.json', JSON.stringify({ testResults: files }));
const of = (...statuses: string[]) =>
  statuses.map((status) => ({ status, fullName: `it is ${status}` }));

test('tests of vitest are counted by their state, and skipped ones are named', () => {
  const path = vitest([
    { status: 'failed', assertionResults: of('passed', 'passed', 'failed', 'skipped') },
  ]);
  expect(readVitestReport(path, 1)).toEqual({ passed: 2, failed: 1, skipped: ['it is skipped'] });
});

test('a file that could not be collected counts as failed', () => {
  const path = vitest([{ status: 'failed', assertionResults: [] }]);
  expect(readVitestReport(path, 1).failed).toBe(1);
});

test('tests of pytest are counted by their state', () => {
  const path = report(
    'pytest.xml',
    `<testsuites><testsuite><testcase classname="a" name="one" time="0.1" />
<testcase classname="a" name="two" time="0.1"><failure message="x">&lt;</failure></testcase>
<testcase classname="a" name="three"><error message="x">y</error></testcase>
<testcase classname="a" name="four"><skipped message="no plink2">z</skipped></testcase></testsuite></testsuites>`,
  );
  expect(readPytestReport(path, 1)).toEqual({ passed: 1, failed: 2, skipped: ['four'] });
});

test('a run that ended badly is never green', () => {
  const green = vitest([{ status: 'passed', assertionResults: of('passed') }]);
  expect(readVitestReport(green, 1)).toMatchObject({ passed: 1, failed: 1 });
  expect(readVitestReport('/nowhere', 0)).toMatchObject({ passed: 0, failed: 1 });
});
