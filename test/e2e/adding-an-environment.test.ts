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
import type { Pins } from '../../contracts/world.js';
import { until } from '../cli/helpers.js';
import { commandOf, commandsOf, start } from '../docs/page.js';
import { operatorToken } from '../../cli/hub.js';
import { readPorts } from '../../cli/supervise/ports.js';
import { waitFor } from '../../cli/supervise/wait.js';
import { environmentFolder, hubLayout } from '../../cli/world/layout.js';
import { RestClient } from '../../client/index.js';
import { dataFile, FINLAND, keepLastVariants } from './small-data.js';
import { copyWorld } from './world.js';

const PAGE = 'docs/adding-an-environment.md';
const BRITAIN = { environment: 'britain', dataset: 'britain' };
let clone: string;
let world: string;
let up: ReturnType<typeof start> | undefined;
let away: ReturnType<typeof start> | undefined;
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

/** Finland, as if on another machine: outside the world, without keys. */
const srv = () => join(clone, 'srv', 'finland');

function moveFinland(): void {
  keepLastVariants(world, FINLAND, 640);
  const from = environmentFolder(world, 'finland');
  rmSync(join(from, 'state'), { recursive: true });
  cpSync(from, srv(), { recursive: true });
  rmSync(from, { recursive: true });
}

/** The page's command about an environment on a machine of its own, about Finland. */
function elsewhere(command: string): string {
  const { api = 0, temporal = 0 } = readPorts(hubLayout(world).ports) ?? {};
  return commandOf(PAGE, `npm run cloister -- ${command}`)
    .replaceAll('/srv/lund', srv())
    .replace('--sub lund', '--sub finland')
    .replace('https://hub.example', `http://127.0.0.1:${api}`)
    .replace('temporal.example:7233', `127.0.0.1:${temporal}`);
}

function replaceIn(path: string, from: string, to: string): void {
  const text = readFileSync(path, 'utf8');
  if (!text.includes(from)) throw new Error(`${path} does not say ${from}`);
  writeFileSync(path, text.replace(from, to));
}

async function isUp(id: string): Promise<boolean> {
  const { ports, operatorToken: token } = hubLayout(world);
  const url = `http://127.0.0.1:${readPorts(ports)?.['api']}`;
  const client = new RestClient({ url, token: operatorToken(token) });
  const environments = await client.listEnvironments();
  return environments.some((entry) => entry.id === id && entry.state === 'up');
}

beforeAll(async () => {
  clone = mkdtempSync(join(tmpdir(), 'cloister-clone-'));
  world = await copyWorld(['finland', 'britain', 'company-cloud']);
  mkdirSync(join(clone, 'worlds'));
  symlinkSync(world, join(clone, 'worlds', 'demo'));
  writeLund();
  moveFinland();
});

afterAll(async () => {
  for (const child of [away, up]) {
    child?.kill('SIGINT');
    await child;
  }
  for (const folder of [clone, world])
    rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
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

test('environment init makes keys, and the hub pins the public one', async () => {
  const made = await start(elsewhere('environment init'), clone);
  expect(made.exitCode, made.all).toBe(0);
  expect((await start(elsewhere('environment init'), clone)).stdout).toBe(made.stdout);
  const entry = 'id: finland, region: eu-fi, gateKey: ';
  replaceIn(join(world, 'hub.yaml'), `${entry}null`, `${entry}${made.stdout}`);
  const early = await start(elsewhere('environment start'), clone);
  expect(early.all).toContain('cloister token --world <world> --role gate --sub finland');
  expect(early.exitCode).toBe(1);
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

test('an environment on a machine of its own serves the hub', async () => {
  const token = await start(elsewhere('token'), clone);
  expect(token.exitCode).toBe(0);
  writeFileSync(join(srv(), 'state', 'gate', 'hub-token'), token.stdout, { mode: 0o600 });
  const pins = JSON.parse(readFileSync(join(world, 'state', 'pins.json'), 'utf8')) as Pins;
  const pin = `company-cloud: ${pins['company-cloud']}`;
  replaceIn(join(srv(), 'policy.yaml'), 'company-cloud: pinned', pin);
  expect((await start(elsewhere('approve'), clone)).exitCode).toBe(0);
  away = start(elsewhere('environment start'), clone);
  await waitFor('Finland', () => isUp('finland'), { seconds: 60 });
  const command = commandOf(PAGE, 'npm run cloister -- run');
  const about = command.replace('--dataset lund', '--dataset finland').replace('HEIGHT', 'ARSA');
  const asked = await start(`${about} --json`, clone);
  expect(asked.exitCode, asked.all).toBe(0);
  const { conclusions } = JSON.parse(asked.stdout) as RunView;
  expect(conclusions.map(({ step, environment }) => [step, environment])).toContainEqual([
    'rows',
    'finland',
  ]);
});
