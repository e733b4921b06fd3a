/**
 * `npm test`: set-up, then vitest and pytest, then the lanes that are off by name, then the totals of both.
 * Arguments are handed to vitest alone: `npm test -- test/gate`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readPytestReport, readVitestReport } from './test/reports.mjs';
import { setUp } from './setup.mjs';
import { SetupError } from './setup/say.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const reports = join(root, '.cache', 'reports');
const bin = (/** @type {string} */ name) => join(root, '.venv', 'bin', name);

/** Tools that some tests need and set-up does not bring; without them those tests are off. */
const TOOLS = [
  { lane: 'oracle plink2 (Debian: apt install plink2)', commands: ['plink2'] },
  { lane: 'oracle plink1.9 (Debian: apt install plink1.9)', commands: ['plink1.9'] },
  { lane: 'sandbox bubblewrap (Debian: apt install bubblewrap)', commands: ['bwrap'] },
];

/** @param {string} command @param {string[]} args */
function show(command, args) {
  const env = { ...process.env, TEMPORAL_CLI: process.env['TEMPORAL_CLI'] ?? bin('temporal') };
  return spawnSync(command, args, { cwd: root, stdio: 'inherit', env }).status ?? 1;
}

/** @param {string[]} filters */
function runVitest(filters) {
  const report = join(reports, 'vitest.json');
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const options = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const status = show(process.execPath, [vitest, 'run', ...options, ...filters]);
  return readVitestReport(report, status);
}

function runPytest() {
  const report = join(reports, 'pytest.xml');
  const folders = ['runtime/tests', ...analysisTests()].filter((path) =>
    existsSync(join(root, path)),
  );
  if (folders.length === 0) return { passed: 0, failed: 0, skipped: [] };
  const options = [
    '-q',
    '-p',
    'no:cacheprovider',
    '--import-mode=importlib',
    `--junitxml=${report}`,
  ];
  return readPytestReport(report, show(bin('python'), ['-m', 'pytest', ...options, ...folders]));
}

function analysisTests() {
  const folder = join(root, 'analyses');
  return existsSync(folder) ? readdirSync(folder).map((name) => `analyses/${name}/tests`) : [];
}

function missingTools() {
  const has = (/** @type {string} */ command) =>
    spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
  return TOOLS.filter(({ commands }) => !commands.every(has)).map(({ lane }) => lane);
}

/** What takes a quarter of an hour runs in CI, or when asked for. */
function shortened() {
  if (process.env['CI'] !== undefined) return [];
  return ['long end-to-end tests: kills, cuts, reuse, refusals, the pages of docs (CI=1 npm test)'];
}

function main() {
  const filters = process.argv.slice(2);
  setUp({ withTests: true });
  rmSync(reports, { recursive: true, force: true });
  mkdirSync(reports, { recursive: true });
  const results = filters.length > 0 ? [runVitest(filters)] : [runPytest(), runVitest([])];
  const off = [
    ...missingTools(),
    ...shortened(),
    ...new Set(results.flatMap(({ skipped }) => skipped)),
  ];
  for (const lane of off) console.log(`off: ${lane}`);
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const failed = results.reduce((sum, result) => sum + result.failed, 0);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

try {
  main();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(`set-up: ${error.message}`);
  console.log('0 passed, 1 failed');
  process.exitCode = 1;
}
