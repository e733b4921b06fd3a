/** Follows docs/adding-an-analysis.md: its files and its commands, as they stand there. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../../cli/root.js';
import { environmentFolder } from '../../cli/world/layout.js';
import type { RunView } from '../../contracts/run.js';
import { loadAnalysis } from '../../contracts/schemas/load-analysis.js';
import { until } from '../cli/helpers.js';
import { blocksOf, commandOf, commandsOf, start } from '../docs/page.js';
import { FINLAND, keepLastVariants } from './small-data.js';
import { copyWorld } from './world.js';

const PAGE = 'docs/adding-an-analysis.md';
let clone: string;
let world: string;
let up: ReturnType<typeof start> | undefined;

const follow = (command: string) =>
  start(command, clone, {
    CLOISTER_ANALYSES: join(clone, 'analyses'),
    PYTHONDONTWRITEBYTECODE: '1',
  });

function writeFiles(ofTests: boolean): void {
  for (const { file, text } of blocksOf(PAGE)) {
    if (file === null || file.includes('/tests/') !== ofTests) continue;
    mkdirSync(dirname(join(clone, file)), { recursive: true });
    writeFileSync(join(clone, file), text);
  }
}

beforeAll(async () => {
  clone = mkdtempSync(join(tmpdir(), 'cloister-clone-'));
  world = await copyWorld(['finland']);
  keepLastVariants(world, FINLAND, 640);
  for (const folder of ['analyses', 'worlds']) mkdirSync(join(clone, folder));
  symlinkSync(world, join(clone, 'worlds', 'demo'));
  for (const path of ['.venv', 'runtime', 'analyses/association'])
    symlinkSync(join(ROOT, path), join(clone, path));
});

afterAll(async () => {
  up?.kill('SIGINT');
  await up;
  for (const folder of [clone, world])
    rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
});

test('every block of code is a file of the analysis', () => {
  const unnamed = blocksOf(PAGE).filter(({ language, file }) => {
    return file === null && !['', 'sh'].includes(language);
  });
  expect(unnamed).toEqual([]);
});

test('the test of the page fails without the ops and passes with them', async () => {
  for (const command of commandsOf(PAGE).filter((line) => /^(mkdir|cp|sed) /.test(line)))
    expect((await follow(command)).exitCode, command).toBe(0);
  writeFiles(true);
  const pytest = commandOf(PAGE, '.venv/bin/python -m pytest');
  expect((await follow(pytest)).exitCode).not.toBe(0);
  writeFiles(false);
  const passed = await follow(pytest);
  expect(passed.all).toContain('1 passed');
  expect(passed.exitCode).toBe(0);
});

test('the loader takes the analysis', () => {
  const { manifest, digest } = loadAnalysis(join(clone, 'analyses', 'slope'));
  expect(manifest.steps.map(({ id }) => id)).toEqual(['windows', 'scan', 'rows']);
  expect(digest).toMatch(/^[0-9a-f]{64}$/);
});

test('the custodian approves it by its digest, and is not asked again', async () => {
  const approved = await follow(commandOf(PAGE, 'npm run cloister -- approve'));
  expect(approved.all).toContain('approved slope@1.0.0');
  const { digest } = loadAnalysis(join(clone, 'analyses', 'slope'));
  const answers = readFileSync(join(environmentFolder(world, 'finland'), 'state', 'asked.json'));
  expect(JSON.parse(answers.toString())).toEqual({ [digest]: 'approved' });
});

test('a run of it releases its rows', async () => {
  up = follow(commandOf(PAGE, 'npm run cloister -- up'));
  let output = '';
  up.all.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await until(() => output.includes('Ctrl-C ends all of them'), 90_000);
  const asked = await follow(`${commandOf(PAGE, 'npm run cloister -- run')} --json`);
  expect(asked.exitCode, asked.all).toBe(0);
  const { state, conclusions } = JSON.parse(asked.stdout) as RunView;
  expect(state).toBe('done');
  expect(conclusions).toMatchObject([
    { step: 'rows', dataset: 'finland', rule: 'variant-statistics@1', verdict: 'pass' },
  ]);
  expect(conclusions[0]?.bytes).toBeGreaterThan(10_000);
});
