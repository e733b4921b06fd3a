import { join } from 'node:path';
import { mkdirSync, writeFileSync } from 'node:fs';
import { ApplicationFailure } from '@temporalio/common';
import { beforeEach, describe, expect, it } from 'vitest';
import { createHubActivities } from '../../../activities/hub/index.js';
import type { AcceptConclusionInput, HubActivities } from '../../../contracts/activities.js';
import type { ConclusionStatement } from '../../../contracts/conclusion.js';
import type { Offer } from '../../../contracts/offer.js';
import { canonicalJson, sha256 } from '../../../contracts/schemas/canonical.js';
import { parseBundle } from '../../../contracts/schemas/load-analysis.js';
import { parsePlan } from '../../../contracts/schemas/plan.js';
import { runIdOf } from '../../../contracts/schemas/run-id.js';
import type { World } from '../../../contracts/world.js';
import { createCatalogSource } from '../../../hub/catalog/catalog-source.js';
import { createDirectoryExchange } from '../../../hub/exchange/directory-exchange.js';
import type { Exchange } from '../../../hub/exchange/exchange.js';
import { openSqliteStore } from '../../../hub/store/sqlite.js';
import type { Store } from '../../../hub/store/store.js';
import {
  ANALYSIS,
  makeOffer,
  makeSigner,
  makeWorld,
  OFFERS,
  REQUEST,
} from '../../hub/factories.js';
import { scratchFolder } from '../../hub/scratch.js';

const folder = scratchFolder();
const REFERENCE = 'CHROM\tPOS\tID\tREF\tALT\n';
let count = 0;

async function makeHub(offers: Offer[] = OFFERS, overrides: Partial<World> = {}) {
  const worldFolder = join(folder, `world-${(count += 1)}`);
  mkdirSync(worldFolder, { recursive: true });
  writeFileSync(join(worldFolder, 'variants.tsv'), REFERENCE);
  const store = await openSqliteStore(join(worldFolder, 'store.db'));
  const exchange = createDirectoryExchange(join(worldFolder, 'exchange'));
  const gate = makeSigner();
  const reference = { build: 'GRCh37', file: 'variants.tsv', sha256: sha256(REFERENCE) };
  const world = makeWorld({ reference, ...overrides });
  const pins = Object.fromEntries(world.environments.map(({ id }) => [id, gate.publicKey]));
  for (const offer of offers) await store.offers.put(gate.signOffer(offer));
  const analyses = new Map([['association', ANALYSIS]]);
  const catalog = createCatalogSource({ world, pins, analyses, offers: store.offers });
  const activityKey = () => 'activity';
  const deps = { store, exchange, catalog, worldFolder, activityKey };
  const fileOf = (digest: string) => join(worldFolder, 'exchange', digest.slice(0, 2), digest);
  return { activities: createHubActivities(deps), store, exchange, gate, fileOf };
}

const RUN = runIdOf('drug-discovery', 'test');
const PLAN_INPUT = { run: RUN, requester: 'ada', request: REQUEST };

async function failureOf(act: Promise<unknown>): Promise<ApplicationFailure> {
  const error: unknown = await act.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ApplicationFailure) return error;
  throw new Error(`no failure with a code: ${String(error)}`);
}

describe('planRun', () => {
  it('puts plan, analysis and reference into the exchange, each under its digest', async () => {
    const { activities, exchange } = await makeHub();
    const { plan, analysis, datasets, steps } = await activities.planRun(PLAN_INPUT);
    const stored = parsePlan(await exchange.read(plan));
    expect(stored.datasets.map(({ id }) => id)).toEqual(datasets);
    expect(stored.parameters['frame']).toBe('everyone');
    const bundle = await exchange.read(analysis.digest);
    expect(parseBundle(bundle, analysis.digest).manifest.name).toBe('association');
    expect((await exchange.read(stored.reference?.sha256 ?? '')).toString()).toBe(REFERENCE);
    expect(steps.find(({ id }) => id === 'leads')?.fansOut).toEqual({ list: 'leads', most: 100 });
  });

  it('plans the same when it is repeated, though the catalog changed in between', async () => {
    const { activities, store, gate } = await makeHub();
    const first = await activities.planRun(PLAN_INPUT);
    const at = new Date(Date.now() + 1000).toISOString();
    await store.offers.put(gate.signOffer(makeOffer('finland', { datasets: [], at })));
    expect(await activities.planRun(PLAN_INPUT)).toEqual(first);
  });

  it('makes the same plan of the same question in another run', async () => {
    const { activities } = await makeHub();
    const first = await activities.planRun(PLAN_INPUT);
    const other = { ...PLAN_INPUT, run: runIdOf('drug-discovery', 'other') };
    expect((await activities.planRun(other)).plan).toBe(first.plan);
  });

  it('refuses what the API would refuse, with the same code, and keeps the run', async () => {
    const { activities, store } = await makeHub();
    const request = { ...REQUEST, datasets: ['nowhere'] };
    const failure = await failureOf(activities.planRun({ ...PLAN_INPUT, request }));
    expect([failure.type, failure.nonRetryable]).toEqual(['unknown-dataset', true]);
    await activities.recordRun({ run: RUN, state: 'refused', codes: [], waitingFor: null });
    expect((await store.runs.view(RUN))?.state).toBe('refused');
  });
});

describe('placeRun', () => {
  it('decides once, and tells the Workflow no more than it needs', async () => {
    const { activities, store, gate } = await makeHub();
    const { plan } = await activities.planRun(PLAN_INPUT);
    const first = await activities.placeRun({ run: RUN, plan });
    expect(first.placements.every(({ rejected }) => rejected.length === 0)).toBe(true);
    expect((await store.runs.view(RUN))?.placements[0]?.rejected.length).toBeGreaterThan(0);
    const at = new Date(Date.now() + 1000).toISOString();
    await store.offers.put(gate.signOffer(makeOffer('finland', { grants: {}, at })));
    expect(await activities.placeRun({ run: RUN, plan })).toEqual(first);
  });

  it('fails with its code when a part has no place', async () => {
    const offers = OFFERS.map((offer) => ({ ...offer, combines: false }));
    const { activities } = await makeHub(offers);
    const { plan } = await activities.planRun(PLAN_INPUT);
    const failure = await failureOf(activities.placeRun({ run: RUN, plan }));
    expect([failure.type, failure.nonRetryable]).toEqual(['placement-impossible', true]);
  });
});

describe('acceptConclusion', () => {
  let activities: HubActivities;
  let store: Store;
  let exchange: Exchange;
  let gate: ReturnType<typeof makeSigner>;
  let plan: string;
  const BYTES = Buffer.from('chromosome\tposition\n22\t1\n');

  beforeEach(async () => {
    ({ activities, store, exchange, gate } = await makeHub());
    ({ plan } = await activities.planRun(PLAN_INPUT));
    await activities.placeRun({ run: RUN, plan });
  });

  const statementOf = (overrides: Partial<ConclusionStatement> = {}): ConclusionStatement => ({
    ...{ version: 1, environment: 'finland', run: RUN, step: 'rows', dataset: 'finland' },
    ...{ name: 'rows', sha256: sha256(BYTES), bytes: BYTES.length, analysis: ANALYSIS.digest },
    ...{ plan, datasets: [{ id: 'finland', version: 1 }], rule: 'variant-statistics@1' },
    ...{ policy: 'c'.repeat(64), verdict: 'pass', dropped: { 'low-count': 3 }, waived: {} },
    ...{ isolation: 'op', ledger: { sequence: 9, head: 'd'.repeat(64) } },
    ...overrides,
  });

  async function accept(
    signed: { statement: ConclusionStatement; signature: string },
    overrides: Partial<AcceptConclusionInput> = {},
  ) {
    const text = Buffer.from(canonicalJson(signed));
    await exchange.put(sha256(BYTES), BYTES);
    await exchange.put(sha256(text), text);
    return activities.acceptConclusion({
      ...{ run: RUN, step: 'rows', dataset: 'finland', environment: 'finland' },
      ...{ verdict: 'pass', dropped: { 'low-count': 3 } },
      conclusion: {
        name: 'rows',
        sha256: sha256(BYTES),
        statement: sha256(text),
        bytes: BYTES.length,
      },
      ...overrides,
    });
  }

  const signed = (overrides: Partial<ConclusionStatement> = {}) => {
    const statement = statementOf(overrides);
    return { statement, signature: gate.sign(statement) };
  };

  const expectRefused = async (act: Promise<unknown>) => {
    const failure = await failureOf(act);
    expect([failure.type, failure.nonRetryable]).toEqual(['signature-invalid', true]);
    const events = await store.events.after(RUN, 0, 100);
    expect(events.at(-1)?.type).toBe('conclusion-refused');
    expect((await store.runs.view(RUN))?.conclusions).toEqual([]);
  };

  it('takes what the pinned key signed for this question, once', async () => {
    const { conclusion } = await accept(signed());
    expect(conclusion).toMatchObject({ step: 'rows', dataset: 'finland', name: 'rows' });
    await accept(signed());
    const conclusions = (await store.runs.view(RUN))?.conclusions;
    expect(conclusions).toHaveLength(1);
    expect(conclusions?.[0]).toMatchObject({
      verdict: 'pass',
      ledgerSequence: 9,
      dropped: { 'low-count': 3 },
    });
  });

  it('refuses another key, and a statement that was changed after it was signed', async () => {
    const statement = statementOf();
    await expectRefused(accept({ statement, signature: makeSigner().sign(statement) }));
    const changed = { ...signed(), statement: statementOf({ dropped: {} }) };
    await expectRefused(accept(changed, { dropped: {} }));
  });

  const WRONG: [string, Partial<ConclusionStatement>][] = [
    ['environment', { environment: 'britain' }],
    ['run', { run: runIdOf('drug-discovery', 'other') }],
    ['step', { step: 'refined' }],
    ['dataset', { dataset: 'britain' }],
    ['name', { name: 'other' }],
    ['sha256', { sha256: 'e'.repeat(64) }],
    ['bytes', { bytes: 1 }],
    ['analysis', { analysis: 'e'.repeat(64) }],
    ['plan', { plan: 'e'.repeat(64) }],
    ['datasets of another', { datasets: [{ id: 'britain', version: 1 }] }],
    ['datasets of another version', { datasets: [{ id: 'finland', version: 2 }] }],
    ['more datasets', { datasets: ['britain', 'finland'].map((id) => ({ id, version: 1 })) }],
    ['rule', { rule: 'file' }],
    ['verdict', { verdict: 'fail' }],
    ['dropped', { dropped: {} }],
    ['waived of no step', { waived: { nothing: '0' } }],
    ['isolation', { isolation: 'platform' }],
  ];

  it.each(WRONG)('refuses a statement, though signed, with the wrong %s', async (_name, wrong) => {
    await expectRefused(accept(signed(wrong)));
  });

  it('refuses what was never reviewed, behind a wall, and what failed', async () => {
    await expectRefused(accept(signed({ verdict: 'unchecked' }), { verdict: 'unchecked' }));
    await expectRefused(accept(signed({ verdict: 'fail' }), { verdict: 'fail' }));
  });

  it('refuses an environment where the dataset was not placed', async () => {
    const environment = 'britain';
    await expectRefused(accept(signed({ environment }), { environment }));
  });

  it('waits for a file that is not there yet', async () => {
    const conclusion = {
      name: 'rows',
      sha256: 'a'.repeat(64),
      statement: 'b'.repeat(64),
      bytes: 1,
    };
    const failure = await failureOf(accept(signed(), { conclusion }));
    expect([failure.type, failure.nonRetryable]).toEqual(['input-unavailable', false]);
  });

  it('refuses bytes that somebody changed in the exchange', async () => {
    const own = await makeHub();
    const planned = await own.activities.planRun(PLAN_INPUT);
    await own.activities.placeRun({ run: RUN, plan: planned.plan });
    ({ activities, store, exchange, gate } = own);
    await exchange.put(sha256(BYTES), BYTES);
    writeFileSync(own.fileOf(sha256(BYTES)), 'changed');
    await expectRefused(accept(signed()));
  });
});

describe('sumPages', () => {
  it('names at most 100 ranges, and counts all', async () => {
    const { activities } = await makeHub();
    await activities.planRun(PLAN_INPUT);
    const ref = { run: RUN, step: 'scan', dataset: 'finland' };
    const states = 'x+'.repeat(250);
    await activities.openPage({ ...ref, page: 0, first: 0, count: 500 });
    await activities.recordPage({
      ...{ ...ref, page: 0, first: 0, states, codes: {}, counts: {}, revision: 1 },
    });
    const { failed, books } = await activities.sumPages({ ...ref, shards: 500 });
    expect(failed.split(',')).toHaveLength(100);
    expect(books).toMatchObject({ planned: 500, failed: 250, done: 250 });
  });
});
