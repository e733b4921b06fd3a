import { beforeAll, describe, expect, it } from 'vitest';
import { problemSchema, runListSchema, runViewSchema } from '../../api/schemas/views.js';
import { runIdOf } from '../../contracts/schemas/run-id.js';
import { makeCloud, makeDataset, makeOffer, REQUEST } from '../hub/factories.js';
import { startApi, type Api } from './harness.js';

let api: Api;
beforeAll(async () => (api = await startApi()));

const problemOf = async (response: Response) => {
  expect(response.headers.get('Content-Type')).toContain('application/problem+json');
  const problem = problemSchema.loose().parse(await response.json());
  expect(problem.status).toBe(response.status);
  return problem;
};

describe('POST /v1/runs', () => {
  it('accepts, says where, starts one run, and answers at once for it', async () => {
    const response = await api.submit(REQUEST, 'first');
    expect(response.status).toBe(202);
    const run = runIdOf('drug-discovery', 'first');
    expect(response.headers.get('Location')).toBe(`/v1/runs/${run}`);
    expect(runViewSchema.parse(await response.json())).toMatchObject({
      id: run,
      state: 'accepted',
    });
    expect(api.starter.started).toEqual([{ run, requester: 'ada', request: REQUEST }]);
    const view = runViewSchema.parse(await (await api.call(`/v1/runs/${run}`)).json());
    expect(view).toMatchObject({ state: 'accepted', requester: 'ada', request: REQUEST });
  });

  it('makes one run of 200 identical requests at once', async () => {
    const before = api.starter.started.length;
    const responses = await Promise.all(
      Array.from({ length: 200 }, () => api.submit(REQUEST, 'many')),
    );
    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([202]));
    const ids = await Promise.all(
      responses.map(async (one) => ((await one.json()) as { id: string }).id),
    );
    expect(new Set(ids).size).toBe(1);
    expect(api.starter.started.length - before).toBe(1);
  });

  it('refuses the same key with another body, and takes it in another project or with another key', async () => {
    expect((await api.submit(REQUEST, 'same')).status).toBe(202);
    const other = { ...REQUEST, datasets: ['finland'] };
    const refused = await problemOf(await api.submit(other, 'same'));
    expect([refused.status, refused.code]).toEqual([422, 'idempotency-mismatch']);
    expect((await api.submit(other, 'another')).status).toBe(202);
    expect(runIdOf('a', 'same')).not.toBe(runIdOf('b', 'same'));
  });

  it('wants a key', async () => {
    const refused = await problemOf(await api.post('/v1/runs', REQUEST));
    expect([refused.status, refused.code]).toEqual([400, 'idempotency-key-missing']);
  });

  it('names every fault at once, with pointers and nearest names, and starts nothing', async () => {
    const before = api.starter.started.length;
    const body = { ...REQUEST, analysis: 'asociation', datasets: ['finnland', 'utah'] };
    const refused = await problemOf(await api.submit(body, 'faulty'));
    expect([refused.status, refused.code]).toEqual([404, 'unknown-analysis']);
    expect(refused.errors.map(({ code, pointer, nearest }) => [code, pointer, nearest[0]])).toEqual(
      [
        ['unknown-analysis', '/analysis', 'association'],
        ['unknown-dataset', '/datasets/0', 'finland'],
      ],
    );
    expect(api.starter.started.length).toBe(before);
    // The key is still free: nothing was accepted under it.
    expect((await api.submit(REQUEST, 'faulty')).status).toBe(202);
  });

  it('starts what was accepted while Temporal was away when the request comes again', async () => {
    api.starter.refuses = 'not-ready';
    const response = await api.submit(REQUEST, 'later');
    const refused = await problemOf(response);
    expect([refused.status, refused.code]).toEqual([503, 'not-ready']);
    expect(response.headers.get('Retry-After')).not.toBeNull();
    api.starter.refuses = null;
    expect((await api.submit(REQUEST, 'later')).status).toBe(202);
    expect(api.starter.started.at(-1)?.run).toBe(runIdOf('drug-discovery', 'later'));
  });

  it('refuses bodies that are no JSON, of another kind, or too large', async () => {
    const send = (body: string, type: string) =>
      api.call('/v1/runs', {
        method: 'POST',
        headers: { 'Content-Type': type, 'Idempotency-Key': 'body' },
        body,
      });
    const codes = [
      (await problemOf(await send('{"project":', 'application/json'))).code,
      (await problemOf(await send('a=b', 'application/x-www-form-urlencoded'))).code,
      (await problemOf(await send(`"${'x'.repeat(300_000)}"`, 'application/json'))).code,
      (await problemOf(await send('', 'application/json'))).code,
    ];
    expect(codes).toEqual([
      'invalid-request',
      'unsupported-media-type',
      'body-too-large',
      'invalid-request',
    ]);
    expect(api.failures).toEqual([]);
  });
});

describe('a request without a permitted environment', () => {
  it('is refused with every reason before anything starts; with a grant it passes', async () => {
    const ungranted = await startApi({
      offers: [makeOffer('finland', { grants: {} }), makeCloud()],
    });
    const body = { ...REQUEST, datasets: ['finland'] };
    for (const send of [
      () => ungranted.submit(body),
      () => ungranted.post('/v1/placements', body, { who: { role: 'engineer' } }),
    ]) {
      const refused = await problemOf(await send());
      expect([refused.status, refused.code]).toEqual([409, 'placement-impossible']);
      expect(refused.errors[0]).toMatchObject({ pointer: '/datasets/0' });
      expect(refused.errors[0]?.detail).toContain('has not granted finland');
    }
    expect(ungranted.starter.started).toEqual([]);
    expect((await api.submit(body, 'granted')).status).toBe(202);
  });

  it('is taken when its environment is down: the run waits', async () => {
    const old = '2020-01-01T00:00:00.000Z';
    const down = await startApi({ offers: [makeOffer('finland', { at: old }), makeCloud()] });
    expect((await down.submit({ ...REQUEST, datasets: ['finland'] })).status).toBe(202);
  });
});

describe('GET /v1/runs', () => {
  it('pages with cursors and filters, within your projects', async () => {
    const own = await startApi();
    for (const key of ['1', '2', '3']) await own.submit(REQUEST, key);
    const page = async (query: string, projects = ['drug-discovery']) =>
      runListSchema.parse(await (await own.call(`/v1/runs${query}`, {}, { projects })).json());
    const first = await page('?limit=2');
    expect(first.runs).toHaveLength(2);
    const second = await page(`?limit=2&after=${first.next}`);
    expect(second.runs).toHaveLength(1);
    expect(second.next).toBeNull();
    expect(new Set([...first.runs, ...second.runs].map(({ id }) => id)).size).toBe(3);
    expect((await page('?state=done')).runs).toEqual([]);
    expect((await page('?state=accepted&analysis=association')).runs).toHaveLength(3);
    expect((await page('', ['other'])).runs).toEqual([]);
    expect((await page('?project=drug-discovery', ['other'])).runs).toEqual([]);
    const bad = await problemOf(await own.call('/v1/runs?limit=0&after=forged'));
    expect([bad.status, bad.errors[0]?.pointer]).toEqual([400, '/limit']);
    expect((await problemOf(await own.call('/v1/runs?after=forged'))).code).toBe('invalid-request');
  });
});

describe('decisions', () => {
  const path = async (key: string, what: string) => {
    const { id } = (await (await api.submit(REQUEST, key)).json()) as { id: string };
    return `/v1/runs/${id}/${what}`;
  };

  it('reach the Workflow with the name of who took them', async () => {
    const selection = { step: 'scan', dataset: 'finland', ranges: '3,7-9' };
    const cancel = await api.post(await path('d', 'cancel'), { reason: 'mistake' });
    expect([cancel.status, await cancel.json()]).toEqual([202, { state: 'cancelling' }]);
    const retry = await api.post(await path('d', 'retry'), selection);
    expect(await retry.json()).toEqual({ shards: 3 });
    const waive = await api.post(await path('d', 'waive'), { ...selection, reason: 'known bad' });
    expect(await waive.json()).toEqual({ shards: 2 });
    expect(api.starter.decisions.map(({ kind, input }) => [kind, input])).toEqual([
      ['cancel', { by: 'ada', reason: 'mistake' }],
      ['retry', { by: 'ada', selection }],
      ['waive', { by: 'ada', selection, reason: 'known bad' }],
    ]);
  });

  it('are refused with the code of the Workflow, without a reason, and after the end', async () => {
    const selection = { step: 'scan', dataset: 'finland' };
    api.starter.refuses = 'nothing-to-retry';
    const retry = await path('d', 'retry');
    expect((await problemOf(await api.post(retry, selection))).code).toBe('nothing-to-retry');
    api.starter.refuses = null;
    const unreasoned = await problemOf(await api.post(await path('d', 'waive'), selection));
    expect([unreasoned.code, unreasoned.errors[0]?.pointer]).toEqual([
      'invalid-request',
      '/reason',
    ]);
    const run = runIdOf('drug-discovery', 'd');
    await api.store.runs.begin({ run, requester: 'ada', request: REQUEST });
    await api.store.runs.record({ run, state: 'done', codes: [], waitingFor: null });
    expect((await problemOf(await api.post(retry, selection))).code).toBe('run-ended');
  });
});

describe('POST /v1/placements', () => {
  it('tells engineers where and why, and scientists that it is where the data lie', async () => {
    const preview = async (role: 'engineer' | 'scientist') =>
      (await (await api.post('/v1/placements', REQUEST, { who: { role } })).json()) as {
        placements: { environment: string }[];
        sentences: string[];
      };
    expect((await preview('engineer')).placements.map(({ environment }) => environment)).toEqual([
      'britain',
      'finland',
      'cloud',
      'cloud',
    ]);
    const words = await preview('scientist');
    expect(words.placements).toEqual([]);
    expect(words.sentences).toHaveLength(4);
    expect(api.starter.started.filter(({ run }) => run === '')).toEqual([]);
  });
});

describe('the catalog', () => {
  it('gives analyses with their parameter schema, datasets and phenotypes by what was typed', async () => {
    const json = async (path: string) => (await api.call(path)).json() as Promise<never>;
    expect(await json('/v1/analyses')).toMatchObject({ analyses: [{ name: 'association' }] });
    expect(await json('/v1/analyses/association')).toHaveProperty(
      'parameterSchema.properties.phenotype',
    );
    expect(await json('/v1/datasets?q=brit')).toMatchObject({
      datasets: [{ id: 'britain', environments: [], phenotypeCount: 2 }],
    });
    expect(await json('/v1/datasets/finland/phenotypes?q=hieght')).toMatchObject({
      phenotypes: [{ name: 'HEIGHT', title: 'Standing height' }],
    });
    const unknown = await problemOf(await api.call('/v1/datasets/finnland/phenotypes'));
    expect([unknown.status, unknown.errors[0]?.nearest[0]]).toEqual([404, 'finland']);
    expect((await problemOf(await api.call('/v1/analyses/none'))).code).toBe('unknown-analysis');
  });

  it('completes among 20,000 phenotypes', async () => {
    const phenotypes = Object.fromEntries(
      Array.from({ length: 20_000 }, (_, index) => [
        `P${index}`,
        { title: `Level of protein ${index} in plasma`, type: 'number' as const, unit: null },
      ]),
    );
    const large = await startApi({
      offers: [makeOffer('finland', { datasets: [makeDataset('finland', { phenotypes })] })],
    });
    const found = (await (
      await large.call('/v1/datasets/finland/phenotypes?q=protien%2019999&limit=5')
    ).json()) as { phenotypes: unknown[] };
    const exact = (await (
      await large.call('/v1/datasets/finland/phenotypes?q=P19999&limit=5')
    ).json()) as { phenotypes: { name: string }[] };
    expect(exact.phenotypes[0]?.name).toBe('P19999');
    expect(found.phenotypes.length).toBeLessThanOrEqual(5);
  });
});
