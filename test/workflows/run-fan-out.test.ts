import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pageWorkflowId } from '../../contracts/ids.js';
import { holdSignal } from '../../contracts/messages.js';
import { shardsOf } from '../../contracts/ranges.js';
import { startTemporal } from '../support/temporal.js';
import { bundleWorkflows, until, withFanOut, type Staging } from './harness.js';
import { booked, type Script } from './scripted-environment.js';

let staging: Staging;
let server: TestWorkflowEnvironment;

beforeAll(async () => {
  server = await startTemporal();
  staging = { server, bundle: await bundleWorkflows() };
}, 60_000);

afterAll(async () => server.teardown());

const FAILED_AND_OPEN = { kind: 'failed-and-open' as const, ranges: '', code: null };

describe('a fan-out', { timeout: 60_000 }, () => {
  it('sends every shard once, in batches within pages', async () => {
    await withFanOut(staging, { shards: 23 }, async ({ handle, hub, environment, input }) => {
      const result = await handle.result();
      expect(result.books).toMatchObject({ planned: 23, done: 23, open: 0 });
      expect(hub.rowsOf(input).map(({ states }) => states.length)).toEqual([10, 10, 3]);
      expect(environment.jobs.map(({ shards }) => shards).sort()).toEqual(
        ['0-4', '10-14', '15-19', '20-22', '5-9'].sort(),
      );
    });
  });

  it('of nothing is done at once, with empty books', async () => {
    await withFanOut(staging, { shards: 0 }, async ({ handle, environment }) => {
      expect((await handle.result()).books.planned).toBe(0);
      expect(environment.jobs).toEqual([]);
    });
  });

  it('continues as new between pages, and loses and repeats none', async () => {
    const options = { shards: 70, pagesPerExecution: 2 };
    await withFanOut(staging, options, async ({ handle, environment, input }) => {
      const result = await handle.result();
      expect(result.books).toMatchObject({ planned: 70, done: 70 });
      const times = environment.timesSent(input.step);
      expect([...times.values()].every((count) => count === 1)).toBe(true);
      const last = (await handle.fetchHistory()).events?.[0];
      expect(last?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId).toBeTruthy();
    });
  });

  it('adds up how long the lists are that its shards made', async () => {
    const script: Script = { counts: { scan: { hits: 7 } } };
    await withFanOut(staging, { script }, async ({ handle }) => {
      expect((await handle.result()).counts).toEqual({ hits: 6 * 7 });
    });
  });

  it('counts reused shards as done', async () => {
    const script: Script = {
      runJob: (job) => ({ states: '='.repeat(shardsOf(job.shards).length), codes: {}, counts: {} }),
    };
    await withFanOut(staging, { script }, async ({ handle }) => {
      expect((await handle.result()).books).toMatchObject({ done: 30, reused: 30, open: 0 });
    });
  });

  it('stops after too many op failures over its pages and earlier tries', async () => {
    const script: Script = {
      runJob: (job) =>
        booked(job, Object.fromEntries(shardsOf(job.shards).map((id) => [id, ['x', 'op-failed']]))),
    };
    const options = { shards: 200, opFailures: 12, script };
    await withFanOut(staging, options, async ({ handle }) => {
      const result = await handle.result();
      expect(result.halt).toBe('too-many-failures');
      expect(result.opFailures).toBeGreaterThan(20);
      expect(result.books.open).toBeGreaterThan(100);
    });
  });
});

describe('a held fan-out', { timeout: 60_000 }, () => {
  it('ends what is in flight, starts nothing more, and goes on where it stopped', async () => {
    await withFanOut(staging, { shards: 60 }, async (stage) => {
      const { environment, input, hub } = stage;
      environment.script.runJob = () => environment.hang();
      await until(() => environment.jobs.length === 4);
      await stage.handle.signal(holdSignal, { reason: 'approval-revoked' });
      const page = server.client.workflow.getHandle(pageWorkflowId({ ...input, page: 0 }));
      await until(async () => {
        const { events } = await page.fetchHistory();
        return (events ?? []).some((event) => event.workflowExecutionSignaledEventAttributes);
      });
      environment.letGo();
      const held = await stage.handle.result();
      expect(held.halt).toBe('approval-revoked');
      expect(held.books).toMatchObject({ done: 20, open: 40, failed: 0 });
      environment.script = {};
      const resumed = await stage.again({ try: 1 });
      expect((await resumed.result()).books).toMatchObject({ planned: 60, done: 60 });
      const times = [...environment.timesSent('scan').values()];
      expect(times.every((count) => count === 1)).toBe(true);
      expect(hub.faults).toEqual([]);
    });
  });
});

describe('a page that is lost', { timeout: 60_000 }, () => {
  it('leaves its open shards open, keeps what it had recorded, and the others go on', async () => {
    let isBroken = true;
    const onRecordPage = ({ page, states }: { page: number; states: string }): void => {
      if (isBroken && page === 1 && states.includes('+'))
        throw ApplicationFailure.nonRetryable('the store said no', 'internal');
    };
    await withFanOut(staging, { onRecordPage }, async (stage) => {
      const { handle, hub, input } = stage;
      const result = await handle.result();
      expect(result.books).toMatchObject({ planned: 30, done: 20, open: 10 });
      expect(result.codes).toEqual({ 'page-lost': 10 });
      expect(result.open).toBe('10-19');
      isBroken = false;
      const retried = await stage.again({ try: 1, selection: FAILED_AND_OPEN });
      expect((await retried.result()).books).toMatchObject({ done: 30 });
      expect(hub.rowsOf(input)[1]?.codes).toEqual({});
    });
  });

  it('includes one that an engineer terminated', async () => {
    await withFanOut(staging, { shards: 20 }, async ({ handle, environment, input }) => {
      environment.script.runJob = ({ shards }) =>
        (shardsOf(shards)[0] ?? 0) < 10 ? environment.hang() : undefined;
      const page = server.client.workflow.getHandle(pageWorkflowId({ ...input, page: 0 }));
      await until(() => environment.jobs.length === 4);
      await page.terminate('stuck');
      const result = await handle.result();
      expect(result.books).toMatchObject({ done: 10, open: 10 });
      expect(result.codes).toEqual({ 'page-lost': 10 });
    });
  });
});
