/**
 * Takes out each check of the gate, one after the other, and shows that exactly its cases turn red:
 * `npm run test:mutants`. `--write` notes which those are in test/gate/mutants.json.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { allow } from './plugin.js';

const ROOT = new URL('../../', import.meta.url).pathname;
const EXPECTED = join(ROOT, 'test/gate/mutants.json');
const FOLDERS = ['gate/checks', 'gate/rules'];

interface Report {
  testResults: { assertionResults: { fullName: string; status: string }[] }[];
}

/** Checks of what a worker answers are met in the proxy; all others behind it. */
const BEHIND = ['admissions', 'orders', 'releases', 'api', 'rules'].map(
  (name) => `test/gate/${name}`,
);
const IN_PROXY = ['proxy', 'orders', 'releases'].map((name) => `test/gate/${name}`);

interface Check {
  name: string;
  tests: string[];
}

/** All checks: functions that refuse. */
function checks(): Check[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder)).flatMap((file) => {
      const code = readFileSync(join(ROOT, folder, file), 'utf8');
      const names = [...code.matchAll(/export function (refuse\w+)/g)].map(([, name = '']) => name);
      const tests = file === 'task.ts' ? IN_PROXY : BEHIND;
      return names
        .filter((name) => allow(code, name) !== undefined)
        .map((name) => ({ name, tests }));
    }),
  );
}

async function redTests({ name: check, tests }: Check, folder: string): Promise<string[]> {
  const outputFile = join(folder, `${check}.json`);
  const config = join(ROOT, 'scripts/mutants/vitest.config.ts');
  const args = ['vitest', 'run', '--config', config, '--root', ROOT, '--reporter=json'];
  await execa('npx', [...args, `--outputFile=${outputFile}`, ...tests], {
    cwd: ROOT,
    env: { CLOISTER_MUTANT: check },
    reject: false,
    timeout: 300_000,
  });
  const report = JSON.parse(readFileSync(outputFile, 'utf8')) as Report;
  const results = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  return results
    .filter(({ status }) => status === 'failed')
    .map(({ fullName }) => fullName)
    .sort();
}

function verdictOf(red: string[], expected: string[] | undefined): string | null {
  if (red.length === 0) return 'survived: no case notices that it is gone';
  if (expected === undefined) return 'is not in test/gate/mutants.json yet';
  const missing = expected.filter((name) => !red.includes(name));
  const surplus = red.filter((name) => !expected.includes(name));
  const parts = [
    ...missing.map((name) => `stayed green: ${name}`),
    ...surplus.map((name) => `turned red too: ${name}`),
  ];
  return parts.length === 0 ? null : parts.join('; ');
}

async function main(): Promise<void> {
  const isWriting = process.argv.includes('--write');
  const expected = JSON.parse(readFileSync(EXPECTED, 'utf8')) as Record<string, string[]>;
  const folder = mkdtempSync(join(tmpdir(), 'cloister-mutants-'));
  const found: Record<string, string[]> = {};
  let failed = 0;
  for (const check of checks()) {
    const { name } = check;
    const red = await redTests(check, folder);
    found[name] = red;
    const fault = verdictOf(red, isWriting && red.length > 0 ? red : expected[name]);
    if (fault !== null) failed += 1;
    console.log(
      `${fault === null ? 'killed  ' : 'FAULT   '} ${name}: ${fault ?? `${red.length} red`}`,
    );
  }
  rmSync(folder, { recursive: true });
  if (isWriting) writeFileSync(EXPECTED, `${JSON.stringify(found, null, 2)}\n`);
  console.log(`${Object.keys(found).length - failed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

await main();
