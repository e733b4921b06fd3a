/** Follows docs/adding-an-environment.md with one's own data: its commands, as they stand there. */
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunView } from '../../contracts/run.js';
import { environmentFolder } from '../../cli/world/layout.js';
import { until } from '../cli/helpers.js';
import { commandOf, commandsOf, start } from '../docs/page.js';
import { dataFile, keepLastVariants } from './small-data.js';
import { copyWorld } from './world.js';

const PAGE = 'docs/adding-an-environment.md';
const BRITAIN = { environment: 'britain', dataset: 'britain' };
let clone: string;
let world: string;
let up: ReturnType<typeof start> | undefined;
let output = '';

/** `data/lund`: the last variants of the demo's Britain, its ARSA as a height. */
function writeLund(): void {
  keepLastVariants(world, BRITAIN, 640);
  const data = join(clone, 'data');
  mkdirSync(data);
  for (const part of ['bed', 'bim', 'fam'])
    cpSync(dataFile(world, BRITAIN, `geno.${part}`), join(data, `lund.${part}`));
  const people = readFileSync(dataFile(world, BRITAIN, 'pheno.tsv'), 'utf8');
  writeFileSync(join(data, 'lund.tsv'), people.replace('\tARSA\t', '\tHEIGHT\t'));
  rmSync(environmentFolder(world, BRITAIN.environment), { recursive: true });
}

beforeAll(async () => {
  clone = mkdtempSync(join(tmpdir(), 'cloister-clone-'));
  world = await copyWorld(['britain', 'company-cloud']);
  mkdirSync(join(clone, 'worlds'));
  symlinkSync(world, join(clone, 'worlds', 'demo'));
  writeLund();
});

afterAll(async () => {
  up?.kill('SIGINT');
  await up;
  for (const folder of [clone, world]) rmSync(folder, { recursive: true, force: true });
});

test('the page sets up, adds, initialises, starts and asks, in this order', () => {
  const starts = commandsOf(PAGE).map((command) =>
    command.replace('npm run cloister -- ', '').split(' ').slice(0, 3).join(' '),
  );
  expect(starts.slice(0, 5)).toEqual([
    'npm run setup',
    'world add lund',
    'world init worlds/demo',
    'up worlds/demo',
    'run association --world',
  ]);
});

test('world add takes the files and proposes the columns', async () => {
  const added = await start(commandOf(PAGE, 'npm run cloister -- world add'), clone);
  expect(added.all).toMatch(/HEIGHT +phenotype +number/);
  expect(added.all).toContain('company-cloud: its policy.yaml believes lund now');
  expect(added.exitCode).toBe(0);
});

test('world init asks the new custodian too', async () => {
  const made = await start(commandOf(PAGE, 'npm run cloister -- world init'), clone);
  expect(made.all).toContain('approved: lund: association@1.0.0');
  expect(made.exitCode).toBe(0);
});

test('the first own run ends with a file', async () => {
  up = start(commandOf(PAGE, 'npm run cloister -- up'), clone);
  up.all.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await until(() => output.includes('Ctrl-C ends all of them'), 90_000);
  const command = commandOf(PAGE, 'npm run cloister -- run');
  const asked = await start(`${command} --json`, clone);
  expect(asked.exitCode, asked.all).toBe(0);
  const run = JSON.parse(asked.stdout) as RunView;
  expect(run.state).toBe('done');
  expect(run.conclusions.map(({ step, dataset, name }) => [step, dataset, name])).toContainEqual([
    'rows',
    'lund',
    'rows',
  ]);
  const table = run.conclusions.find(({ name }) => name === 'association');
  expect(table?.bytes).toBeGreaterThan(1000);
});
