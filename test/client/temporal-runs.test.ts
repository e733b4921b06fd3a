/** Runs that a backend service starts straight on Temporal: real Workflows and the hub's real Activities. */
import { join } from 'node:path';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createHubActivities } from '../../activities/hub/index.js';
import { TemporalRuns } from '../../client/temporal.js';
import { CONTROL_TASK_QUEUE } from '../../contracts/names.js';
import { runIdOf } from '../../contracts/schemas/run-id.js';
import { createCatalogSource } from '../../hub/catalog/catalog-source.js';
import { createDirectoryExchange } from '../../hub/exchange/directory-exchange.js';
import { openSqliteStore } from '../../hub/store/sqlite.js';
import type { Store } from '../../hub/store/store.js';
import { ANALYSIS, makeSigner, makeWorld, OFFERS, REQUEST } from '../hub/factories.js';
import { scratchFolder } from '../hub/scratch.js';
import { startTemporal } from '../support/temporal.js';
import { bundleWorkflows, until } from '../workflows/harness.js';

const worldFolder = scratchFolder();
let server: TestWorkflowEnvironment;
let store: Store;
let worker: Worker;
let running: Promise<void>;
let runs: TemporalRuns;

beforeAll(async () => {
  server = await startTemporal();
  store = await openSqliteStore(join(worldFolder, 'store.db'));
  const gate = makeSigner();
  const world = makeWorld();
  const pins = Object.fromEntries(world.environments.map(({ id }) => [id, gate.publicKey]));
  for (const offer of OFFERS) await store.offers.put(gate.signOffer(offer));
  const analyses = new Map([['association', ANALYSIS]]);
  const catalog = createCatalogSource({ world, pins, analyses, offers: store.offers });
  const exchange = createDirectoryExchange(join(worldFolder, 'exchange'));
  worker = await Worker.create({
    connection: server.nativeConnection,
    taskQueue: CONTROL_TASK_QUEUE,
    identity: 'control',
    workflowBundle: await bundleWorkflows(),
    activities: { ...createHubActivities({ store, exchange, catalog, worldFolder }) },
  });
  running = worker.run();
  runs = new TemporalRuns(server.client);
});

afterAll(async () => {
  worker.shutdown();
  await running;
  await store.close();
  await server.teardown();
});

it('are refused for what the API would refuse, and the run is on record', async () => {
  const request = { ...REQUEST, datasets: ['nowhere'] };
  const run = await runs.start(request, { idempotencyKey: 'refused', requester: 'nightly' });
  expect(run).toBe(runIdOf('drug-discovery', 'refused'));
  expect(await runs.result(run)).toEqual({
    state: 'refused',
    codes: [{ code: 'unknown-dataset', about: null, dataset: null }],
  });
  expect(await store.runs.view(run)).toMatchObject({ state: 'refused', requester: 'nightly' });
});

it('start once for a key, also after their end', async () => {
  const request = { ...REQUEST, datasets: ['nowhere'] };
  const options = { idempotencyKey: 'once', requester: 'nightly' };
  const run = await runs.start(request, options);
  await runs.result(run);
  expect(await runs.start(request, options)).toBe(run);
  const types = (await store.events.after(run, 0, 100)).map(({ type }) => type);
  expect(types.filter((type) => type === 'run-accepted')).toHaveLength(1);
});

it('can be looked at and cancelled; a decision is on record once, with its name', async () => {
  const run = await runs.start(REQUEST, { idempotencyKey: 'cancelled', requester: 'nightly' });
  const isPlaced = async () => ((await store.runs.view(run))?.placements.length ?? 0) > 0;
  let wasPlaced = false;
  await until(() => {
    void isPlaced().then((is) => (wasPlaced ||= is));
    return wasPlaced;
  });
  expect(['accepted', 'running']).toContain(await runs.state(run));
  const result = await runs.cancel(run, { by: 'nightly', reason: 'superseded' });
  expect(result).toEqual({ state: 'cancelling' });
  const events = await store.events.after(run, 0, 100);
  const decisions = events.filter(({ type }) => type === 'decision-made');
  expect(decisions.map(({ data }) => [data['kind'], data['by']])).toEqual([['cancel', 'nightly']]);
  // No environment is there that could say that nothing runs any more.
  await server.client.workflow.getHandle(`run/${run}`).terminate();
});
