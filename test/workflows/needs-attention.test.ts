import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cancelUpdate, retryUpdate, waiveUpdate } from '../../contracts/messages.js';
import { shardsOf } from '../../contracts/ranges.js';
import { startTemporal } from '../support/temporal.js';
import { ASSOCIATION, SCAN_AND_ROWS } from './association.js';
import { bundleWorkflows, codeOfRefusal, until, withRun, type Staging } from './harness.js';
import type { Stage } from './harness.js';
import { booked, refused, type Script } from './scripted-environment.js';

let staging: Staging;
let server: TestWorkflowEnvironment;

beforeAll(async () => {
  server = await startTemporal();
  staging = { server, bundle: await bundleWorkflows() };
}, 60_000);

afterAll(async () => server.teardown());

const SCAN = { step: 'scan', dataset: 'finland' };
const ROWS = { step: 'rows', dataset: 'finland' };

/** Ten windows, of which these fail in scan as often as told. */
function failing(shards: Record<number, number>): Script {
  const left = new Map(Object.entries(shards).map(([shard, times]) => [Number(shard), times]));
  return {
    counts: { windows: { windows: 10 } },
    runJob: (job) => {
      if (job.step !== 'scan') return undefined;
      const now = shardsOf(job.shards).filter((shard) => (left.get(shard) ?? 0) > 0);
      for (const shard of now) left.set(shard, (left.get(shard) ?? 0) - 1);
      return booked(job, Object.fromEntries(now.map((shard) => [shard, ['x', 'op-failed']])));
    },
  };
}

async function untilWaiting(stage: Stage): Promise<void> {
  await until(() => stage.hub.runs.at(-1)?.state === 'needs-attention');
}

function retry(stage: Stage, selection: { step: string; dataset: string; ranges?: string }) {
  return stage.handle.executeUpdate(retryUpdate, { args: [{ selection, by: 'grace' }] });
}

function waive(stage: Stage, selection: { step: string; dataset: string; ranges?: string }) {
  const args: [{ selection: typeof selection; by: string; reason: string }] = [
    { selection, by: 'grace', reason: 'a broken scanner' },
  ];
  return stage.handle.executeUpdate(waiveUpdate, { args });
}

describe('a run with failed shards', { timeout: 60_000 }, () => {
  it('waits and says for whom, then runs only those again', async () => {
    const options = {
      steps: SCAN_AND_ROWS,
      limits: { batch: 3 },
      scripts: { finland: failing({ 2: 1, 7: 1 }) },
    };
    await withRun(staging, options, async (stage) => {
      await untilWaiting(stage);
      expect(stage.hub.states({ run: stage.run, ...SCAN })).toBe('++x++++x++');
      expect(stage.hub.runs.at(-1)?.waitingFor).toBe(
        'scientist or engineer: retry, waive or cancel scan@finland (op-failed)',
      );
      expect(stage.hub.lastStep('scan', 'finland')).toMatchObject({
        state: 'needs-attention',
        codes: { 'op-failed': 2 },
        books: { planned: 10, done: 8, failed: 2 },
      });
      expect(stage.environment('finland').timesSent('rows').size).toBe(0);

      expect(await retry(stage, SCAN)).toEqual({ shards: 2 });
      expect((await stage.result()).state).toBe('done');
      const times = stage.environment('finland').timesSent('scan');
      expect([...times].filter(([, count]) => count === 2)).toEqual([
        [2, 2],
        [7, 2],
      ]);
      const retried = stage.environment('finland').jobs.filter((job) => job.try >= 10);
      expect(retried.map(({ shards, try: tried }) => ({ shards, tried }))).toEqual([
        { shards: '2,7', tried: 10 },
      ]);
      expect(stage.hub.decisions).toMatchObject([{ kind: 'retry', by: 'grace' }]);
    });
  });

  it('retries the ranges that were named, and waits on for the rest', async () => {
    const scripts = { finland: failing({ 2: 1, 7: 1 }) };
    await withRun(staging, { steps: SCAN_AND_ROWS, scripts }, async (stage) => {
      await untilWaiting(stage);
      expect(await retry(stage, { ...SCAN, ranges: '0-2' })).toEqual({ shards: 1 });
      await until(() => stage.hub.states({ run: stage.run, ...SCAN }) === '+++++++x++');
      await until(() => stage.hub.lastStep('scan', 'finland')?.state === 'needs-attention');
      expect(await retry(stage, SCAN)).toEqual({ shards: 1 });
      expect((await stage.result()).state).toBe('done');
    });
  });

  it('tells readers which were waived', async () => {
    const scripts = { finland: failing({ 2: 9, 3: 9, 7: 9 }) };
    await withRun(staging, { steps: SCAN_AND_ROWS, scripts }, async (stage) => {
      await untilWaiting(stage);
      expect(await waive(stage, { ...SCAN, ranges: '2-3' })).toEqual({ shards: 2 });
      await until(() => stage.hub.states({ run: stage.run, ...SCAN }) === '++ww+++x++');
      await until(() => stage.hub.lastStep('scan', 'finland')?.books.failed === 1);
      expect(await waive(stage, SCAN)).toEqual({ shards: 1 });
      expect((await stage.result()).state).toBe('done');
      const reader = stage.environment('finland').jobs.find((job) => job.step === 'rows');
      expect(reader?.waived).toEqual({ scan: '2-3,7' });
      expect(stage.hub.lastStep('scan', 'finland')?.books).toMatchObject({ done: 7, waived: 3 });
    });
  });

  it('takes no waiver that readers could not be told of', async () => {
    const odd = Array.from({ length: 150 }, (_, index) => 2 * index + 1);
    const script: Script = {
      counts: { windows: { windows: 400 } },
      runJob: (job) =>
        job.step === 'scan' && job.try === 0
          ? booked(job, Object.fromEntries(odd.map((shard) => [shard, ['x', 'platform-failed']])))
          : undefined,
    };
    await withRun(
      staging,
      { steps: SCAN_AND_ROWS, scripts: { finland: script } },
      async (stage) => {
        await untilWaiting(stage);
        expect(await codeOfRefusal(waive(stage, SCAN))).toBe('invalid-request');
        const some = { ...SCAN, ranges: '0-200' };
        expect(await waive(stage, some)).toEqual({ shards: 100 });
        await until(() => stage.hub.lastStep('scan', 'finland')?.books.waived === 100);
        const more = { ...SCAN, ranges: '201-202' };
        await until(async () => (await codeOfRefusal(waive(stage, more))) === 'invalid-request');
        await retry(stage, SCAN);
        expect((await stage.result()).state).toBe('done');
      },
    );
  });

  it('lets other branches go on', async () => {
    const datasets = ['finland', 'britain'];
    const scripts = { finland: failing({ 0: 1 }) };
    await withRun(staging, { steps: ASSOCIATION, datasets, scripts }, async (stage) => {
      await untilWaiting(stage);
      await until(() => stage.hub.lastStep('rows', 'britain')?.state === 'done');
      expect(stage.hub.lastStep('combined', 'anywhere')).toBeUndefined();
      await retry(stage, SCAN);
      expect((await stage.result()).state).toBe('done');
    });
  });
});

describe('a job that is lost', { timeout: 60_000 }, () => {
  const losing = (times: number): Script => ({
    runJob: (job) =>
      job.step === 'scan' && job.try < times ? booked(job, { 1: ['.', 'job-lost'] }) : undefined,
  });

  it('is sent again under a try of its own, with what is open alone', async () => {
    const scripts = { finland: losing(2) };
    const options = { steps: SCAN_AND_ROWS, limits: { batch: 3 }, scripts };
    await withRun(staging, options, async (stage) => {
      expect((await stage.result()).state).toBe('done');
      const sent = stage.environment('finland').jobs.filter((job) => job.step === 'scan');
      expect(sent.map((job) => [job.shards, job.try])).toEqual([
        ['0-2', 0],
        ['1', 1],
        ['1', 2],
      ]);
    });
  });

  it('three times again counts as failed', async () => {
    const scripts = { finland: losing(9) };
    await withRun(staging, { steps: SCAN_AND_ROWS, scripts }, async (stage) => {
      await untilWaiting(stage);
      expect(stage.hub.states({ run: stage.run, ...SCAN })).toBe('+x+');
      expect(stage.hub.lastStep('scan', 'finland')?.codes).toEqual({ 'job-lost': 1 });
      expect(stage.environment('finland').timesSent('scan').get(1)).toBe(4);
      await retry(stage, SCAN);
      expect((await stage.result()).state).toBe('done');
    });
  });
});

describe('more op failures than a pattern may have', { timeout: 60_000 }, () => {
  it('stop the step, which can be waived or cancelled, not retried', async () => {
    const script: Script = {
      counts: { windows: { windows: 100 } },
      runJob: (job) =>
        job.step === 'scan'
          ? booked(job, { [shardsOf(job.shards)[0] ?? 0]: ['x', 'op-failed'] })
          : undefined,
    };
    const options = { steps: SCAN_AND_ROWS, limits: { batch: 1 }, scripts: { finland: script } };
    await withRun(staging, options, async (stage) => {
      await untilWaiting(stage);
      expect(stage.hub.runs.at(-1)?.waitingFor).toContain('too-many-failures');
      const { books } = stage.hub.lastStep('scan', 'finland') ?? {};
      expect(books?.failed).toBeGreaterThan(20);
      expect(books?.open).toBeGreaterThan(60);
      expect(await codeOfRefusal(retry(stage, SCAN))).toBe('too-many-failures');
      await stage.handle.executeUpdate(cancelUpdate, { args: [{ by: 'grace', reason: null }] });
      expect((await stage.result()).state).toBe('cancelled');
    });
  });
});

describe('a refusal of a whole job', { timeout: 60_000 }, () => {
  it('for a reason of the dataset sends no further batch', async () => {
    let isStale = true;
    const script: Script = {
      counts: { windows: { windows: 50 } },
      runJob: (job) => {
        if (job.step === 'scan' && isStale) throw refused('version-not-current');
        return undefined;
      },
    };
    const options = { steps: SCAN_AND_ROWS, limits: { batch: 1 }, scripts: { finland: script } };
    await withRun(staging, options, async (stage) => {
      await untilWaiting(stage);
      expect(stage.environment('finland').timesSent('scan').size).toBeLessThan(10);
      expect(stage.hub.lastStep('scan', 'finland')?.books.open).toBeGreaterThan(40);
      isStale = false;
      await retry(stage, SCAN);
      expect((await stage.result()).state).toBe('done');
    });
  });
});

describe('a release that is refused', { timeout: 60_000 }, () => {
  const refusing = (times: number): Script => {
    let left = times;
    return {
      release: () => {
        left -= 1;
        if (left >= 0) throw refused('nothing-to-release');
      },
    };
  };

  it('is asked for again by a retry, without running the op again', async () => {
    await withRun(
      staging,
      { steps: SCAN_AND_ROWS, scripts: { finland: refusing(1) } },
      async (stage) => {
        await untilWaiting(stage);
        expect(stage.hub.runs.at(-1)?.codes).toEqual([
          { code: 'nothing-to-release', about: 'rows', dataset: 'finland' },
        ]);
        await retry(stage, ROWS);
        expect((await stage.result()).state).toBe('done');
        expect(stage.environment('finland').timesSent('rows').get(0)).toBe(1);
        expect(stage.environment('finland').releases).toHaveLength(2);
      },
    );
  });

  it('can be waived: readers elsewhere do without that dataset', async () => {
    const datasets = ['finland', 'britain'];
    const scripts = { finland: refusing(1) };
    await withRun(staging, { steps: ASSOCIATION, datasets, scripts }, async (stage) => {
      await untilWaiting(stage);
      await waive(stage, ROWS);
      expect((await stage.result()).state).toBe('done');
      const combined = stage.environment('anywhere').jobs.find((job) => job.step === 'combined');
      expect(combined?.conclusions.map((ref) => ref.dataset)).toEqual(['britain']);
    });
  });

  it('counts as such when the hub finds a signature wrong', async () => {
    await withRun(staging, { steps: SCAN_AND_ROWS }, async (stage) => {
      stage.hub.distrusted.add('rows@finland/rows');
      await untilWaiting(stage);
      expect(stage.hub.runs.at(-1)?.codes[0]?.code).toBe('signature-invalid');
      await retry(stage, ROWS);
      expect((await stage.result()).state).toBe('done');
    });
  });
});

describe('a decision', { timeout: 60_000 }, () => {
  it('is refused with a code where it makes no sense', async () => {
    const scripts = { finland: failing({ 2: 1 }) };
    await withRun(staging, { steps: SCAN_AND_ROWS, scripts }, async (stage) => {
      await untilWaiting(stage);
      const codes = await Promise.all([
        codeOfRefusal(retry(stage, { step: 'scan', dataset: 'atlantis' })),
        codeOfRefusal(retry(stage, ROWS)),
        codeOfRefusal(retry(stage, { ...SCAN, ranges: '9-1' })),
        codeOfRefusal(retry(stage, { ...SCAN, ranges: '0-1,3' })),
        codeOfRefusal(
          stage.handle.executeUpdate(waiveUpdate, {
            args: [{ selection: SCAN, by: 'grace', reason: ' ' }],
          }),
        ),
      ]);
      expect(codes).toEqual([
        'not-found',
        'nothing-to-retry',
        'invalid-request',
        'nothing-to-retry',
        'invalid-request',
      ]);
      expect(stage.hub.decisions).toEqual([]);
      await retry(stage, SCAN);
      await stage.result();
    });
  });
});
