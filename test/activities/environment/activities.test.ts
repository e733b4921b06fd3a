import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ActivityCancellationDetails } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { JobManifest, JobOrder } from '../../../contracts/job.js';
import { readManifest } from '../../../contracts/schemas/job.js';
import { launchName } from '../../../contracts/schemas/question.js';
import type { RunJobResult } from '../../../contracts/wire/index.js';
import { Orders } from './analysis.js';
import { openBench, type Bench } from './bench.js';

let bench: Bench;
let orders: Orders;

beforeEach(async () => {
  bench = await openBench();
  orders = new Orders(bench, await admitted());
});
afterEach(() => bench.close());

/** As a worker runs an Activity: with a context, from attempt to attempt while the job goes on. */
async function call<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await new MockActivityEnvironment().run(work);
    } catch (error) {
      if ((error as { type?: string }).type !== 'job-running') throw error;
    }
  }
}

async function admitted(run = RUN): Promise<JobManifest> {
  const input = { run, dataset: 'finland', plan: bench.planDigest };
  const result = await call(() => bench.activities.admit(input));
  expect(result).toEqual({ isAdmitted: true, codes: [] });
  const text = bench.posts.at(-1)?.body['manifest'];
  const manifest = readManifest(String(text), bench.deps.feederKey);
  if (!manifest) throw new Error('no manifest was posted');
  return manifest;
}

const RUN = `r${'a'.repeat(24)}`;
const OTHER_RUN = `r${'b'.repeat(24)}`;

interface Ask {
  run?: string;
  shards?: string;
  try?: number;
}

function input(
  step: string,
  order: JobOrder,
  { run = RUN, shards = '0', try: tried = 0 }: Ask = {},
) {
  return {
    ...{ run, step, dataset: 'finland', shards, try: tried, provider: 'local' },
    conclusions: [],
    waived: {},
    order,
  };
}

function runStep(step: string, order: JobOrder, ask: Ask = {}): Promise<RunJobResult> {
  return call(() => bench.activities.runJob(input(step, order, ask)));
}

/** Runs the cut, and returns how many windows there are. */
async function cut(run = RUN): Promise<number> {
  const { counts } = await runStep('windows', orders.windows(), { run });
  return counts['windows'] ?? 0;
}

describe('admit', () => {
  it('sends the gate the feeder’s authentic count of the cohort', async () => {
    const manifest = await admitted();
    expect(manifest).toMatchObject({ kind: 'admit', dataset: 'finland', refused: null });
    expect(manifest.cohort?.people).toBeGreaterThan(50);
    expect(bench.posts.at(-1)).toMatchObject({
      path: '/admissions',
      body: { run: RUN, dataset: 'finland', plan: bench.planDigest },
    });
  });

  it('counts once when it is asked twice', async () => {
    await admitted();
    await admitted();
    const jobs = readdirSync(bench.deps.layout.jobs);
    expect(jobs.filter((name) => name.startsWith('cl-'))).toHaveLength(1);
  });

  it('admits `anywhere` without any data', async () => {
    const asked = { run: RUN, dataset: 'anywhere', plan: bench.planDigest };
    await call(() => bench.activities.admit(asked));
    const text = String(bench.posts.at(-1)?.body['manifest']);
    expect(readManifest(text)).toMatchObject({ dataset: 'anywhere', data: null, cohort: null });
  });
});

describe('runJob', () => {
  it('cuts, scans and collects, and releases the file of the step', async () => {
    const windows = await cut();
    expect(windows).toBeGreaterThan(2);
    const shards = `0-${windows - 1}`;
    const scanned = await runStep('scan', orders.scan(), { shards });
    expect(scanned).toEqual({ states: '+'.repeat(windows), codes: {}, counts: {} });
    expect(await runStep('rows', orders.rows())).toMatchObject({ states: '+' });
    await call(() =>
      bench.activities.release({
        ...{ run: RUN, step: 'rows', dataset: 'finland', name: 'rows' },
        order: orders.rows(),
      }),
    );
    const { directory } = bench.posts.at(-1)?.body ?? {};
    const output = readFileSync(join(bench.deps.layout.artifacts, String(directory), 'output.bin'));
    expect(output.toString()).toContain('block\tvariants\n0\t64\n1\t64\n');
  });

  it('runs one job for two calls at once, and none for a call after it', async () => {
    await cut();
    const [a, b] = await Promise.all([
      runStep('scan', orders.scan(), { shards: '0-1' }),
      runStep('scan', orders.scan(), { shards: '0-1' }),
    ]);
    const again = await runStep('scan', orders.scan(), { shards: '0-1' });
    expect([a.states, b.states, again.states]).toEqual(['++', '++', '++']);
    expect(bench.executions().filter(({ step }) => step === 'scan')).toHaveLength(2);
  });

  it('reuses what another run committed, and runs the rest', async () => {
    await cut();
    await runStep('scan', orders.scan(), { shards: '0-1' });
    await admitted(OTHER_RUN);
    const { states } = await runStep('windows', orders.windows(), { run: OTHER_RUN });
    expect(states).toBe('=');
    const mixed = await runStep('scan', orders.scan(), { run: OTHER_RUN, shards: '0-2' });
    expect(mixed.states).toBe('==+');
    const keys = bench.executions().map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('commits what a killed worker left running, without running it again', async () => {
    await cut();
    const asked = input('scan', orders.scan(1), { shards: '0-1' });
    const { provider, name } = await submitted(asked);
    bench.restart();
    expect(await runStep('scan', orders.scan(1), { shards: '0-1' })).toMatchObject({
      states: '++',
    });
    expect(bench.executions().filter(({ step }) => step === 'scan')).toHaveLength(2);
    expect((await provider.status(name)).state).toBe('succeeded');
  });

  it('books the shard of a crashed op as failed, and goes on with the next', async () => {
    await cut();
    const result = await runStep('scan', orders.scan(-1), { shards: '0-2' });
    expect(result).toEqual({ states: '+x+', codes: { 'op-failed': '1' }, counts: {} });
  });

  it('gives the shards of a killed feeder back as open, and runs them under the next try', async () => {
    await cut();
    const asked = input('scan', orders.scan(2), { shards: '0-1' });
    const running = call(() => bench.activities.runJob(asked));
    const name = launchName(asked);
    await vi.waitFor(() => expect(bench.executions().at(-1)?.step).toBe('scan'), {
      timeout: 20_000,
    });
    const pid = readFileSync(join(bench.deps.layout.jobs, name, 'pid'), 'utf8').split(' ')[0];
    process.kill(-Number(pid), 'SIGKILL');
    expect(await running).toEqual({ states: '..', codes: { 'job-lost': '0-1' }, counts: {} });
    const again = await runStep('scan', orders.scan(2), { shards: '0-1', try: 1 });
    expect(again.states).toBe('++');
  });

  it('does not believe a torn manifest', async () => {
    await cut();
    const asked = input('scan', orders.scan(), { shards: '0' });
    const { directory } = await submitted(asked);
    await vi.waitFor(() => readFileSync(join(directory, 'manifest.json')), { timeout: 20_000 });
    writeFileSync(join(directory, 'manifest.json'), '{"body":"{');
    expect(await runStep('scan', orders.scan())).toMatchObject({
      states: '.',
      codes: { 'job-lost': '0' },
    });
  });

  it('refuses to start on inputs that are not complete', async () => {
    const windows = await cut();
    await runStep('scan', orders.scan(), { shards: '0-1' });
    await expect(runStep('rows', orders.rows())).rejects.toMatchObject({ type: 'inputs-missing' });
    const waived = { scan: `2-${windows - 1}` };
    const order = { ...orders.rows(), waived };
    // The feeder sees for itself: this order's question is another one.
    await expect(runStep('rows', order)).rejects.toMatchObject({ type: 'question-mismatch' });
  });

  it('refuses a shard that the list does not have, and a provider that is not here', async () => {
    const windows = await cut();
    const beyond = runStep('scan', orders.scan(), { shards: String(windows) });
    await expect(beyond).rejects.toMatchObject({ type: 'inputs-missing', nonRetryable: true });
    const elsewhere = { ...input('scan', orders.scan()), provider: 'slurm' };
    await expect(call(() => bench.activities.runJob(elsewhere))).rejects.toMatchObject({
      type: 'provider-not-allowed',
    });
  });
});

describe('ending jobs', () => {
  it('ends the job when the Activity is cancelled, and leaves it when the worker stops', async () => {
    await cut();
    const left = await submitted(input('scan', orders.scan(60), { shards: '0' }));
    expect((await left.provider.status(left.name)).state).toBe('running');
    const ended = await submitted(
      input('scan', orders.scan(60), { shards: '1' }),
      'cancelRequested',
    );
    expect((await ended.provider.status(ended.name)).state).toBe('cancelled');
    await left.provider.cancel(left.name);
  });

  it('reaches a job that runs, and never submits one whose cancel came first', async () => {
    await cut();
    const asked = input('scan', orders.scan(60), { shards: '0' });
    const { provider, name } = await submitted(asked);
    await call(() => bench.activities.cancelJob(asked));
    expect((await provider.status(name)).state).toBe('cancelled');
    const later = input('scan', orders.scan(), { shards: '0-1', try: 7 });
    await call(() => bench.activities.cancelJob(later));
    expect(await call(() => bench.activities.runJob(later))).toMatchObject({ states: '..' });
    expect(await provider.find(launchName(later))).toBeUndefined();
  });

  it('closes a run: nothing goes on, and its use is told in powers of two', async () => {
    await cut();
    const { provider, name } = await submitted(input('scan', orders.scan(60)));
    const { usage } = await call(() => bench.activities.closeRun({ run: RUN }));
    expect((await provider.status(name)).state).toBe('cancelled');
    expect(Object.keys(usage)).toEqual(['windows@finland']);
    for (const { cpuSeconds } of Object.values(usage)) expect(Math.log2(cpuSeconds) % 1).toBe(0);
    expect(await call(() => bench.activities.closeRun({ run: RUN }))).toEqual({ usage });
  });
});

describe('release', () => {
  it('passes the gate’s code on, retryable or not as the list says', async () => {
    await cut();
    const asked = {
      ...{ run: RUN, step: 'windows', dataset: 'finland', name: 'rows' },
      order: orders.rows(),
    };
    bench.refuseNext('in-review');
    await expect(call(() => bench.activities.release(asked))).rejects.toMatchObject({
      type: 'in-review',
      nonRetryable: false,
    });
    bench.refuseNext('evidence-mismatch');
    await expect(call(() => bench.activities.release(asked))).rejects.toMatchObject({
      type: 'evidence-mismatch',
      nonRetryable: true,
    });
  });
});

/** Starts a job and ends the attempt that watches it. */
async function submitted(
  asked: ReturnType<typeof input>,
  reason: 'workerShutdown' | 'cancelRequested' = 'workerShutdown',
) {
  const environment = new MockActivityEnvironment();
  const provider = bench.deps.providers.get('local');
  if (!provider) throw new Error('no provider');
  const name = launchName(asked);
  const work = environment.run(() => bench.activities.runJob(asked)).catch(() => undefined);
  await vi.waitFor(async () => expect(await provider.find(name)).toBeDefined(), {
    timeout: 10_000,
  });
  await vi.waitFor(async () => expect((await provider.status(name)).state).not.toBe('queued'));
  environment.cancel(
    reason === 'cancelRequested' ? 'CANCELLED' : 'WORKER_SHUTDOWN',
    new ActivityCancellationDetails({ [reason]: true }),
  );
  await work;
  return { provider, name, directory: join(bench.deps.layout.artifacts, name) };
}
