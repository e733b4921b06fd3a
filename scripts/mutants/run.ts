/**
 * Takes out each check of the gate, one after the other, and shows that exactly its cases in test/gate/checks
 * turn red: `npm run test:mutants`.
 */
import { join } from 'node:path';
import { startVitest } from 'vitest/node';
import { namesOfChecks } from './checks.js';
import { mutantPlugin } from './plugin.js';

const ROOT = join(import.meta.dirname, '../..');

interface Outcome {
  green: string[];
  red: string[];
  /** What is no case's: a file that does not load, a fault outside of tests. */
  faults: string[];
}

/** One process for all mutants: to start vitest anew for each takes longer than the cases. */
async function runCases(check: string | null): Promise<Outcome> {
  const vitest = await startVitest(
    'test',
    [],
    {
      ...{ config: false, root: ROOT, watch: false, reporters: [{}] },
      include: ['test/gate/checks/**/*.test.ts'],
      // The cases are pure: they may share a worker and its modules.
      ...{ pool: 'forks', isolate: false, maxWorkers: 1 },
    },
    { plugins: [mutantPlugin(check)] },
  );
  try {
    const modules = vitest.state.getTestModules();
    const tests = modules.flatMap(({ children }) => [...children.allTests()]);
    const named = (isGreen: boolean) =>
      tests.filter((test) => (test.result().state === 'passed') === isGreen).map((t) => t.fullName);
    const faults = modules.flatMap((module) => module.errors().map(({ message }) => message));
    if (vitest.state.getUnhandledErrors().length > 0) faults.push('a fault outside of the cases');
    return { green: named(true), red: named(false), faults };
  } finally {
    await vitest.close();
  }
}

/** @returns null when exactly the check's cases are red */
function verdictOf(check: string, { green, red, faults }: Outcome): string | null {
  const isOwn = (name: string) => name.startsWith(`${check}: `);
  if (red.length === 0) faults.push('survived: no case notices that it is gone');
  faults.push(...green.filter(isOwn).map((name) => `stayed green: ${name}`));
  faults.push(...red.filter((name) => !isOwn(name)).map((name) => `turned red too: ${name}`));
  return faults.length === 0 ? null : faults.join('; ');
}

async function main(): Promise<void> {
  const { green, red, faults } = await runCases(null);
  if (green.length === 0 || red.length + faults.length > 0) {
    throw new Error(`not all cases are green to begin with: ${[...red, ...faults].join('; ')}`);
  }
  const checks = namesOfChecks();
  let failed = 0;
  for (const check of checks) {
    const outcome = await runCases(check);
    const fault = verdictOf(check, outcome);
    if (fault !== null) failed += 1;
    const word = fault === null ? 'killed  ' : 'FAULT   ';
    console.log(`${word} ${check}: ${fault ?? `${outcome.red.length} red`}`);
  }
  console.log(`${checks.length - failed} passed, ${failed} failed`);
  // vitest sets it for red tests, which are what is wanted here.
  process.exitCode = failed === 0 ? 0 : 1;
}

await main();
