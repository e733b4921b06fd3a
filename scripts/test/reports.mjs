/** True totals out of the reports of vitest and pytest. What could not be collected counts as failed. */
import { existsSync, readFileSync } from 'node:fs';

/** @typedef {{ passed: number, failed: number, skipped: string[] }} Totals */

/** @param {string} path @param {number} status exit code @returns {Totals} */
export function readVitestReport(path, status) {
  if (!existsSync(path)) return { passed: 0, failed: 1, skipped: [] };
  const { testResults } = JSON.parse(readFileSync(path, 'utf8'));
  const totals = { passed: 0, failed: 0, /** @type {string[]} */ skipped: [] };
  for (const file of testResults) {
    for (const test of file.assertionResults) {
      if (test.status === 'passed') totals.passed += 1;
      else if (test.status === 'failed') totals.failed += 1;
      else totals.skipped.push(test.fullName);
    }
    const hasFailed = file.assertionResults.some(
      (/** @type {{status: string}} */ test) => test.status === 'failed',
    );
    if (file.status === 'failed' && !hasFailed) totals.failed += 1;
  }
  return atLeastOneFailure(totals, status);
}

/** @param {string} path @param {number} status exit code @returns {Totals} */
export function readPytestReport(path, status) {
  if (!existsSync(path)) return { passed: 0, failed: 1, skipped: [] };
  const xml = readFileSync(path, 'utf8');
  const totals = { passed: 0, failed: 0, /** @type {string[]} */ skipped: [] };
  for (const [, attributes = '', body = ''] of xml.matchAll(
    /<testcase ([^>]*?)(?:\/>|>(.*?)<\/testcase>)/gs,
  )) {
    if (/<(failure|error)\b/.test(body)) totals.failed += 1;
    else if (/<skipped\b/.test(body))
      totals.skipped.push(/\bname="([^"]*)"/.exec(attributes)?.[1] ?? '?');
    else totals.passed += 1;
  }
  return atLeastOneFailure(totals, status);
}

/** A run that ended badly is never green, whatever its report says. @param {Totals} totals @param {number} status */
function atLeastOneFailure(totals, status) {
  return status !== 0 && totals.failed === 0 ? { ...totals, failed: 1 } : totals;
}
