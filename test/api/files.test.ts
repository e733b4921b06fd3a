import { beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../contracts/schemas/canonical.js';
import { runIdOf } from '../../contracts/schemas/run-id.js';
import { makeOffer, makeSigner, REQUEST } from '../hub/factories.js';
import { startApi, type Api, type Who } from './harness.js';

const BYTES = Buffer.from('0123456789 the rows that may leave\n');
const DIGEST = sha256(BYTES);
const GATE: Who = { role: 'gate', sub: 'finland', projects: [] };
let api: Api;
let run: string;

beforeAll(async () => {
  api = await startApi();
  run = runIdOf('drug-discovery', 'files');
  await api.store.runs.begin({ run, requester: 'ada', request: REQUEST });
});

const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code;
const put = (digest: string, body: Uint8Array<ArrayBuffer>, who: Who = GATE) =>
  api.call(
    `/v1/exchange/${digest}`,
    { method: 'PUT', body, headers: { 'Content-Type': 'application/octet-stream' } },
    who,
  );

describe('the exchange', () => {
  it('takes a file from a gate, once, and gives it back whole, in part, or by its size alone', async () => {
    expect((await put(DIGEST, BYTES)).status).toBe(201);
    expect((await put(DIGEST, BYTES)).status).toBe(204);
    const whole = await api.call(`/v1/exchange/${DIGEST}`, {}, GATE);
    expect(Buffer.from(await whole.arrayBuffer())).toEqual(BYTES);
    const head = await api.call(`/v1/exchange/${DIGEST}`, { method: 'HEAD' }, GATE);
    expect([head.status, head.headers.get('Content-Length'), await head.text()]).toEqual([
      200,
      String(BYTES.length),
      '',
    ]);
  });

  it('takes JSON as the bytes that it is', async () => {
    const json = Buffer.from('{"b":1, "a":2}');
    const path = `/v1/exchange/${sha256(json)}`;
    const headers = { 'Content-Type': 'application/json' };
    expect((await api.call(path, { method: 'PUT', body: json, headers }, GATE)).status).toBe(201);
    expect(await (await api.call(path, {}, GATE)).text()).toBe('{"b":1, "a":2}');
  });

  it('keeps nothing that has another digest', async () => {
    const digest = sha256('another');
    const refused = await put(digest, BYTES);
    expect([refused.status, await codeOf(refused)]).toEqual([422, 'digest-mismatch']);
    expect((await api.call(`/v1/exchange/${digest}`, {}, GATE)).status).toBe(404);
    expect((await put('not-a-digest', BYTES)).status).toBe(404);
  });

  it('keeps nothing that is too large', async () => {
    const small = await startApi({ limits: { mostFileBytes: 10 } });
    const path = `/v1/exchange/${DIGEST}`;
    const refused = await small.call(path, { method: 'PUT', body: BYTES }, GATE);
    expect(refused.status).toBe(413);
    expect((await small.call(path, {}, GATE)).status).toBe(404);
  });
});

describe('the file of a conclusion', () => {
  const path = () => `/v1/runs/${run}/conclusions/${DIGEST}`;
  const get = (headers: Record<string, string> = {}) => api.call(path(), { headers });

  beforeAll(async () => {
    await put(DIGEST, BYTES);
    await api.store.conclusions.accept(run, {
      ...{ step: 'rows', dataset: 'finland', name: 'rows', environment: 'finland' },
      ...{ sha256: DIGEST, statement: sha256('statement'), rule: 'variant-statistics@1' },
      ...{ verdict: 'pass', bytes: BYTES.length, dropped: {}, waived: {}, ledgerSequence: 1 },
      acceptedAt: new Date().toISOString(),
    });
  });

  it('comes with its digest, and not again to who has it', async () => {
    const response = await get();
    const digest = Buffer.from(DIGEST, 'hex').toString('base64');
    expect(response.headers.get('Repr-Digest')).toBe(`sha-256=:${digest}:`);
    expect(response.headers.get('Content-Disposition')).toContain('rows-finland-rows');
    const etag = response.headers.get('ETag') ?? '';
    expect((await get({ 'If-None-Match': etag })).status).toBe(304);
    expect((await get({ 'If-None-Match': '"other"' })).status).toBe(200);
  });

  it('comes in ranges', async () => {
    const range = async (text: string, headers = {}) => {
      const response = await get({ Range: text, ...headers });
      return [response.status, response.headers.get('Content-Range'), await response.text()];
    };
    const size = BYTES.length;
    expect(await range('bytes=2-4')).toEqual([206, `bytes 2-4/${size}`, '234']);
    expect(await range(`bytes=${size - 3}-`)).toEqual([
      206,
      `bytes ${size - 3}-${size - 1}/${size}`,
      've\n',
    ]);
    expect(await range('bytes=-3')).toEqual([206, `bytes ${size - 3}-${size - 1}/${size}`, 've\n']);
    expect((await range('bytes=0-9999'))[1]).toBe(`bytes 0-${size - 1}/${size}`);
    expect((await range('bytes=0-1', { 'If-Range': '"older"' }))[0]).toBe(200);
    const outside = await get({ Range: 'bytes=9999-' });
    expect([outside.status, outside.headers.get('Content-Range')]).toEqual([
      416,
      `bytes */${size}`,
    ]);
    expect(await codeOf(outside)).toBe('range-not-satisfiable');
  });

  it('is there for its own run and people alone', async () => {
    const other = runIdOf('drug-discovery', 'other run');
    await api.store.runs.begin({ run: other, requester: 'ada', request: REQUEST });
    expect((await api.call(`/v1/runs/${other}/conclusions/${DIGEST}`)).status).toBe(404);
    expect((await api.call(path(), {}, { projects: ['other'] })).status).toBe(404);
    const list = (await (await api.call(`/v1/runs/${run}/conclusions`)).json()) as {
      conclusions: { sha256: string }[];
    };
    expect(list.conclusions.map((one) => one.sha256)).toEqual([DIGEST]);
  });
});

describe('an offer', () => {
  const publish = (environment: string, body: unknown, who: Who = GATE) =>
    api.call(
      `/v1/offers/${environment}`,
      {
        method: 'PUT',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      },
      who,
    );
  const titleOf = async () => {
    const response = await api.call('/v1/environments', {}, { role: 'engineer' });
    const { environments } = (await response.json()) as {
      environments: { id: string; offer: { title: string } }[];
    };
    return environments.find(({ id }) => id === 'finland')?.offer.title;
  };

  it('is kept when its own gate signed it, and not otherwise', async () => {
    const at = new Date(Date.now() + 1000).toISOString();
    const offer = makeOffer('finland', { title: 'New title', at });
    const signed = api.gate.signOffer(offer);
    const forged = { ...signed, offer: { ...offer, combines: true } };
    expect(await codeOf(await publish('finland', forged))).toBe('signature-invalid');
    const foreign = makeSigner().signOffer(offer);
    expect(await codeOf(await publish('finland', foreign))).toBe('signature-invalid');
    expect(await codeOf(await publish('britain', signed))).toBe('forbidden');
    const stolen = { ...GATE, sub: 'britain' };
    expect(await codeOf(await publish('britain', signed, stolen))).toBe('signature-invalid');
    const future = api.gate.signOffer({ ...offer, at: '2999-01-01T00:00:00.000Z' });
    expect(await codeOf(await publish('finland', future))).toBe('signature-invalid');
    expect(await codeOf(await publish('finland', { offer }))).toBe('invalid-request');
    expect(await titleOf()).toBe('finland');
    expect((await publish('finland', signed)).status).toBe(204);
    expect(await titleOf()).toBe('New title');
  });
});
