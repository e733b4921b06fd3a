/** The command and the client's README against a hub with real processes. */
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
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../../cli/root.js';
import type { RunView } from '../../contracts/run.js';
import { waitFor } from '../../cli/supervise/wait.js';
import { blocksOf } from '../docs/page.js';
import { executionsOf } from './questions.js';
import { FINLAND, keepLastVariants, UTAH } from './small-data.js';
import { startTestWorld, type TestWorld } from './world.js';

let scratch: string;
let world: TestWorld;

/** `fragile` is `association` with an op that fails on a dataset's first blocks. */
function writeAnalyses(): string {
  const analyses = join(scratch, 'analyses');
  for (const name of ['association', 'fragile'])
    cpSync(join(ROOT, 'analyses', 'association'), join(analyses, name), { recursive: true });
  const replace = (file: string, from: string, to: string) => {
    const path = join(analyses, 'fragile', file);
    const text = readFileSync(path, 'utf8');
    if (!text.includes(from)) throw new Error(`${file} does not say ${from}`);
    writeFileSync(path, text.replace(from, to));
  };
  replace('analysis.yaml', 'name: association', 'name: fragile');
  const line = '    model = Regression(';
  const fails = '    blocks = list(blocks)\n    assert blocks[0].block > 0, "planted"\n';
  replace('ops/scan_window.py', line, `${fails}${line}`);
  return analyses;
}

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'cloister-cli-'));
  world = await startTestWorld({
    environments: ['finland', 'company-cloud'],
    prepare: (folder) => [FINLAND, UTAH].forEach((place) => keepLastVariants(folder, place, 640)),
    build: { analyses: writeAnalyses() },
  });
});

afterAll(async () => {
  await world.stop();
  rmSync(scratch, { recursive: true, force: true, maxRetries: 20 });
});

async function cloister(args: string[], env: Record<string, string> = {}) {
  const main = join(ROOT, 'dist', 'cli', 'main.js');
  const { stdout, stderr, exitCode } = await execa(process.execPath, [main, ...args], {
    reject: false,
    env,
  });
  return { stdout, stderr, exitCode, json: () => JSON.parse(stdout) as unknown };
}

const here = (...args: string[]) => cloister([...args, '--world', world.folder, '--json']);
const asked = (analysis: string, ...datasets: string[]) => [
  ...[analysis, '--project', 'drug-discovery', '--dataset', ...datasets],
  ...['--param', 'phenotype=ARSA', 'covariates=SEX,PC1', 'leadThreshold=1e-3', 'windowBlocks=4'],
];
const SCAN = ['--step', 'scan', '--dataset', 'finland'];

describe('asking', () => {
  test('place says where and why, and starts nothing', async () => {
    const placed = await here('place', ...asked('association', 'finland', 'utah'));
    expect(placed.exitCode).toBe(0);
    const { placements } = placed.json() as { placements: Record<string, unknown>[] };
    expect(placements.map(({ dataset, environment }) => [dataset, environment])).toEqual([
      ['finland', 'finland'],
      ['utah', 'company-cloud'],
      ['anywhere', 'company-cloud'],
    ]);
    expect((await here('runs')).json()).toEqual({ runs: [], next: null });
  });

  test('run follows it to its end; watch, show and runs give the same', async () => {
    const ran = await here('run', ...asked('association', 'finland', 'utah'));
    expect(ran.exitCode, ran.stderr).toBe(0);
    const run = ran.json() as RunView;
    expect(run).toMatchObject({ state: 'done', requester: 'operator' });
    expect(ran.stderr).toContain('scan · finland');
    const out = join(world.folder, 'results');
    const watched = await here('watch', run.id, '--out', out);
    expect(watched.exitCode).toBe(0);
    expect(watched.json()).toEqual(run);
    expect(readFileSync(join(out, 'association.tsv'), 'utf8')).toMatch(/^chromosome\tbase_pair/);
    expect((await here('show', run.id)).json()).toEqual(run);
    const listed = await here('runs', '--project', 'drug-discovery', '--state', 'done');
    expect(listed.json()).toMatchObject({ runs: [{ id: run.id }], next: null });
    expect((await here('retry', run.id, ...SCAN)).stderr).toContain('run-ended');
  });

  test('what the hub refuses is exit code 5, with its code and what may have been meant', async () => {
    const args = asked('association', 'finland').map((text) => text.replace('ARSA', 'ARSB'));
    const refused = await here('run', ...args);
    expect(refused.exitCode).toBe(5);
    expect(refused.stderr).toMatch(/unknown-phenotype[\s\S]*ARSA/);
    const unknown = await here('show', 'raaaaaaaaaaaaaaaaaaaaaaaa');
    expect([unknown.exitCode, unknown.stdout]).toEqual([5, '']);
    expect(unknown.stderr).toContain('not-found');
  });
});

describe('deciding', () => {
  test('cancel ends a run that goes on; retry finds nothing to do again before', async () => {
    // A question of its own, in jobs of one shard: nothing of it is there already, so that it goes on for a while.
    const question = asked('association', 'finland', 'utah').map((word) =>
      word
        .replace('phenotype=ARSA', 'phenotype=SYNGR1')
        .replace('windowBlocks=4', 'windowBlocks=1'),
    );
    const begun = await here('run', ...question, '--batch', '1', '--detach');
    const { id } = begun.json() as RunView;
    expect(begun.exitCode).toBe(0);
    const retried = await here('retry', id, ...SCAN);
    expect(retried.exitCode).toBe(5);
    expect(retried.stderr).toContain('nothing-to-retry');
    const cancelled = await here('cancel', id, '--reason', 'superseded');
    expect([cancelled.exitCode, cancelled.json()]).toEqual([0, { state: 'cancelling' }]);
    const watched = await here('watch', id);
    expect(watched.exitCode).toBe(3);
    expect(watched.json()).toMatchObject({ state: 'cancelled' });
  });

  test('a failed shard waits for somebody: retry does it again, waive goes on without it', async () => {
    const ran = await here('run', ...asked('fragile', 'finland'));
    expect(ran.exitCode, ran.stderr).toBe(3);
    const { id, state } = ran.json() as RunView;
    expect(state).toBe('needs-attention');
    expect(ran.stderr).toContain(`cloister watch ${id}`);
    const retried = await here('retry', id, ...SCAN, '--code', 'op-failed');
    expect([retried.exitCode, retried.json()]).toEqual([0, { shards: 1 }]);
    const tries = () =>
      executionsOf(world.folder, 'finland').filter(({ run, step, shard }) => {
        return run === id && step === 'scan' && shard === 0;
      });
    await waitFor('the second try', () => Promise.resolve(tries().length === 2), { seconds: 60 });
    expect((await here('watch', id)).exitCode).toBe(3);
    const reason = ['--shards', '0', '--reason', 'planted'];
    const waived = await here('waive', id, ...SCAN, ...reason);
    expect([waived.exitCode, waived.json()]).toEqual([0, { shards: 1 }]);
    const ended = await here('watch', id);
    expect(ended.exitCode).toBe(0);
    const rows = (ended.json() as RunView).conclusions.find(({ step }) => step === 'rows');
    expect(rows?.waived).toEqual({ scan: '0' });
  });
});

test('token makes one that the hub takes, for the projects that it names', async () => {
  const make = (...args: string[]) => cloister(['token', '--world', world.folder, ...args]);
  const made = await make('--sub', 'nightly', '--project', 'drug-discovery');
  expect(made.exitCode).toBe(0);
  const env = { CLOISTER_API_URL: world.api, CLOISTER_TOKEN: made.stdout };
  const listed = await cloister(['runs', '--json'], env);
  expect(listed.exitCode, listed.stderr).toBe(0);
  const forged = await cloister(['runs'], { ...env, CLOISTER_TOKEN: `${made.stdout}x` });
  expect(forged.exitCode).toBe(5);
  expect(forged.stderr).toContain('unauthenticated');
  const unknown = await make('--project', 'nobody');
  expect([unknown.exitCode, unknown.stdout]).toEqual([2, '']);
});

describe("the examples of the client's README", () => {
  /** A project where the built client is installed. */
  async function runExample(index: number): Promise<string[]> {
    const project = join(scratch, 'project');
    const client = join(project, 'node_modules', '@cloister', 'client');
    mkdirSync(client, { recursive: true });
    cpSync(join(ROOT, 'client', 'package.json'), join(client, 'package.json'));
    const link = (from: string, to: string) => {
      mkdirSync(dirname(to), { recursive: true });
      rmSync(to, { force: true });
      symlinkSync(join(ROOT, from), to);
    };
    link('dist', join(client, 'dist'));
    link('node_modules/@temporalio', join(project, 'node_modules', '@temporalio'));
    const text = blocksOf('client/README.md').filter(({ language }) => language === 'ts')[index]
      ?.text;
    const example = join(project, `example-${index}.mts`);
    const mine = text
      ?.replace('http://127.0.0.1:7080', world.api)
      .replace('127.0.0.1:7233', world.temporal);
    writeFileSync(example, mine ?? '');
    const tsx = join(ROOT, 'node_modules', 'tsx', 'dist', 'cli.mjs');
    const env = { CLOISTER_TOKEN: world.token };
    const { stdout } = await execa(process.execPath, [tsx, example], { cwd: project, env });
    return stdout.split('\n');
  }

  let first: string | undefined;

  test('over REST: a run to its end, and its files', async () => {
    const [ended, ...files] = await runExample(0);
    expect(ended).toMatch(/^r[a-z0-9]+ done \[\]$/);
    expect(files).toContain('rows finland true');
    expect(files).toContain('association anywhere true');
    expect(files.every((line) => line.endsWith(' true'))).toBe(true);
    first = ended;
  });

  test('on Temporal: the same key is the same run', async () => {
    expect(await runExample(1)).toEqual([first]);
  });
});
