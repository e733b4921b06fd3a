import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHubActivities, type HubActivityDeps } from '../../activities/hub/index.js';
import type { HubActivities } from '../../contracts/activities.js';
import { retryUpdate, waiveUpdate } from '../../contracts/messages.js';
import { openSqliteStore } from '../../hub/store/sqlite.js';
import type { Store } from '../../hub/store/store.js';
import { startTemporal } from '../support/temporal.js';
import { ASSOCIATION } from './association.js';
import { bundleWorkflows, until, withRun, type Staging } from './harness.js';
import { booked, type Script } from './scripted-environment.js';

let staging: Staging;
let server: TestWorkflowEnvironment;
let store: Store;
const folder = mkdtempSync(join(tmpdir(), 'cloister-store-'));

beforeAll(async () => {
  server = await startTemporal();
  staging = { server, bundle: await bundleWorkflows() };
  store = await openSqliteStore(join(folder, 'store.db'));
}, 60_000);

afterAll(async () => {
  await server.teardown();
  await store.close();
  rmSync(folder, { recursive: true });
});

/** The real read model; planning, placement and signatures as scripted. */
function onTheStore(memory: HubActivities): HubActivities {
  const real = createHubActivities({ store } as HubActivityDeps);
  const planRun: HubActivities['planRun'] = async (input) => {
    await store.runs.begin(input);
    return memory.planRun(input);
  };
  return {
    ...real,
    planRun,
    placeRun: (input) => memory.placeRun(input),
    acceptConclusion: (input) => memory.acceptConclusion(input),
  };
}

const SCAN = { step: 'scan', dataset: 'finland' };

describe('a run on the real store', { timeout: 60_000 }, () => {
  it('keeps its books there through a failure, a waiver and a retry', async () => {
    const script: Script = {
      counts: { windows: { windows: 20 } },
      runJob: (job) =>
        job.step === 'scan' && job.try === 0
          ? booked(job, { 3: ['x', 'op-failed'], 8: ['x', 'op-failed'] })
          : undefined,
    };
    const options = { steps: ASSOCIATION, limits: { batch: 3, pageShards: 7 } };
    const scripts = { finland: script };
    await withRun(staging, { ...options, scripts, hubActivities: onTheStore }, async (stage) => {
      const view = () => store.runs.view(stage.run);
      const scan = async () => (await view())?.steps.find((step) => step.step === 'scan');
      await until(async () => (await view())?.state === 'needs-attention');
      expect((await scan())?.books).toMatchObject({ planned: 20, done: 18, failed: 2 });

      await stage.handle.executeUpdate(waiveUpdate, {
        args: [{ selection: { ...SCAN, ranges: '3' }, by: 'grace', reason: 'a broken scanner' }],
      });
      await until(async () => (await scan())?.books.failed === 1);
      await stage.handle.executeUpdate(retryUpdate, { args: [{ selection: SCAN, by: 'grace' }] });
      expect((await stage.result()).state).toBe('done');

      expect((await view())?.state).toBe('done');
      expect((await scan())?.books).toMatchObject({ planned: 20, done: 19, waived: 1, failed: 0 });
      const events = await store.events.after(stage.run, 0, 1_000);
      expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
      const decisions = events.filter(({ type }) => type === 'decision-made');
      expect(decisions.map(({ data }) => data['kind'])).toEqual(['waive', 'retry']);
    });
  });
});
