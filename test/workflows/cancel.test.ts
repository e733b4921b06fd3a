import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cancelUpdate, runStateQuery } from '../../contracts/messages.js';
import { startTemporal } from '../support/temporal.js';
import { SCAN_AND_ROWS } from './association.js';
import { bundleWorkflows, codeOfRefusal, until, withRun, type Staging } from './harness.js';
import type { Stage } from './harness.js';
import type { ScriptedEnvironment } from './scripted-environment.js';

let staging: Staging;
let server: TestWorkflowEnvironment;

beforeAll(async () => {
  server = await startTemporal();
  staging = { server, bundle: await bundleWorkflows() };
}, 60_000);

afterAll(async () => server.teardown());

const OPTIONS = { steps: SCAN_AND_ROWS, datasets: ['finland', 'britain'], limits: { batch: 1 } };

function hangIn(environment: ScriptedEnvironment, step: string): void {
  environment.script = {
    ...environment.script,
    runJob: (job) => (job.step === step ? environment.hang() : undefined),
  };
}

async function untilAllHang(stage: Stage): Promise<void> {
  for (const id of OPTIONS.datasets) hangIn(stage.environment(id), 'scan');
  const sent = (id: string): number => stage.environment(id).timesSent('scan').size;
  await until(() => OPTIONS.datasets.every((id) => sent(id) === 3));
}

function expectAllReached(stage: Stage): void {
  for (const id of OPTIONS.datasets) {
    const environment = stage.environment(id);
    const told = environment.cancelled.map(({ step, shards, try: tried }) => [step, shards, tried]);
    expect(told.sort()).toEqual([
      ['scan', '0', 0],
      ['scan', '1', 0],
      ['scan', '2', 0],
    ]);
    expect(environment.closed).toEqual([{ run: stage.run }]);
    expect(stage.hub.states({ run: stage.run, step: 'scan', dataset: id })).toBe('...');
    expect(stage.hub.lastStep('scan', id)?.state).toBe('cancelled');
  }
}

describe('a cancelled run', { timeout: 60_000 }, () => {
  it('by Update reaches every running job, and tells every environment', async () => {
    await withRun(staging, OPTIONS, async (stage) => {
      await untilAllHang(stage);
      const args: [{ by: string; reason: string }] = [{ by: 'grace', reason: 'wrong phenotype' }];
      expect(await stage.handle.executeUpdate(cancelUpdate, { args })).toEqual({
        state: 'cancelling',
      });
      expect(await stage.result()).toEqual({ state: 'cancelled', codes: [] });
      expectAllReached(stage);
      expect(stage.hub.decisions).toMatchObject([{ kind: 'cancel', by: 'grace' }]);
    });
  });

  it("by Temporal's own cancel does the same", async () => {
    await withRun(staging, OPTIONS, async (stage) => {
      await untilAllHang(stage);
      await stage.handle.cancel();
      expect(await stage.result()).toEqual({ state: 'cancelled', codes: [] });
      expectAllReached(stage);
    });
  });

  it('is cancelling until every environment has said so, and takes no decision meanwhile', async () => {
    await withRun(staging, OPTIONS, async (stage) => {
      await untilAllHang(stage);
      let isAway = true;
      stage.environment('britain').script.closeRun = () => {
        if (isAway) throw new Error('away');
      };
      await stage.handle.cancel();
      await until(() => stage.environment('britain').closed.length > 0);
      expect(await stage.handle.query(runStateQuery)).toBe('cancelling');
      const again = stage.handle.executeUpdate(cancelUpdate, { args: [{ by: 'x', reason: null }] });
      expect(await codeOfRefusal(again)).toBe('run-ended');
      isAway = false;
      expect((await stage.result()).state).toBe('cancelled');
    });
  });
});
