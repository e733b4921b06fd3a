import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { retryUpdate } from '../../contracts/messages.js';
import { startTemporal } from '../support/temporal.js';
import { SCAN_AND_ROWS } from './association.js';
import { bundleWorkflows, until, withRun, type Staging } from './harness.js';
import { refused, type Script } from './scripted-environment.js';

let staging: Staging;
let server: TestWorkflowEnvironment;

beforeAll(async () => {
  server = await startTemporal();
  staging = { server, bundle: await bundleWorkflows() };
}, 60_000);

afterAll(async () => server.teardown());

describe('a revoked approval', { timeout: 60_000 }, () => {
  it('holds its environment once, leaves shards open, and one retry resumes all of it', async () => {
    let isRevoked = true;
    const script: Script = {
      counts: { windows: { windows: 40 } },
      runJob: ({ step }) => {
        if (isRevoked && step === 'scan') throw refused('approval-revoked');
        return undefined;
      },
    };
    const options = {
      steps: SCAN_AND_ROWS,
      datasets: ['north', 'south', 'britain'],
      home: (dataset: string) => (dataset === 'britain' ? 'britain' : 'finland'),
      limits: { batch: 1 },
      scripts: { finland: script },
    };
    await withRun(staging, options, async (stage) => {
      await until(() => stage.hub.runs.at(-1)?.state === 'held');
      await until(() => stage.hub.lastStep('scan', 'south')?.state === 'held');
      await until(() => stage.hub.lastStep('scan', 'north')?.state === 'held');
      await until(() => stage.hub.lastStep('rows', 'britain')?.state === 'done');
      expect(stage.hub.runs.at(-1)).toMatchObject({
        waitingFor: 'custodian of finland: approval-revoked; then retry',
        codes: [{ code: 'approval-revoked', about: 'finland', dataset: null }],
      });
      for (const dataset of ['north', 'south']) {
        expect(stage.hub.lastStep('scan', dataset)?.books).toMatchObject({ open: 40, failed: 0 });
        expect(stage.hub.lastStep('scan', dataset)?.state).toBe('held');
      }

      isRevoked = false;
      const selection = { step: 'scan', dataset: 'north' };
      const decision = await stage.handle.executeUpdate(retryUpdate, {
        args: [{ selection, by: 'grace' }],
      });
      expect(decision).toEqual({ shards: 40 });
      expect((await stage.result()).state).toBe('done');
      expect(stage.hub.states({ run: stage.run, step: 'scan', dataset: 'south' })).toBe(
        '+'.repeat(40),
      );
    });
  });
});
