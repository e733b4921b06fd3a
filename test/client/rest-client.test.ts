import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ApiError, RestClient, UnreachableError } from '../../client/index.js';
import { sha256 } from '../../contracts/schemas/canonical.js';
import { startApi, tokenFor, type Api } from '../api/harness.js';
import { REQUEST } from '../hub/factories.js';

let api: Api;
let client: RestClient;
const proxies: { close(): void }[] = [];

beforeAll(async () => {
  api = await startApi();
  client = new RestClient({ url: api.url, token: await tokenFor({ role: 'engineer' }) });
});
afterEach(() => proxies.splice(0).forEach((proxy) => proxy.close()));

const begin = async (key: string) => {
  const { id } = await client.submitRun(REQUEST, { idempotencyKey: key });
  await api.store.runs.begin({ run: id, requester: 'ada', request: REQUEST });
  return id;
};
const record = (run: string, state: 'running' | 'done', waitingFor: string | null = null) =>
  api.store.runs.record({ run, state, codes: [], waitingFor });

/** Stands before the API and mistreats the requests that `mistreat` takes. */
async function clientBehind(
  mistreat: (request: IncomingMessage, response: ServerResponse) => boolean,
): Promise<RestClient> {
  const server = createServer((request, response) => {
    if (mistreat(request, response)) return;
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = 'GET', url = '' } = request;
      const headers = Object.fromEntries(
        Object.entries(request.headers).filter(
          ([name]) => !['host', 'connection', 'content-length'].includes(name),
        ),
      ) as Record<string, string>;
      const body = chunks.length > 0 ? { body: Buffer.concat(chunks) } : {};
      fetch(`${api.url}${url}`, { method, headers, ...body })
        .then(async (answer) => {
          const content = Buffer.from(await answer.arrayBuffer());
          response.writeHead(answer.status, {
            'Content-Type': answer.headers.get('Content-Type') ?? '',
          });
          response.end(content);
        })
        .catch(() => response.destroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  proxies.push({ close: () => (server.closeAllConnections(), server.close()) });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return new RestClient({ url, token: await tokenFor({ role: 'engineer' }) });
}

describe('the REST client', () => {
  it('asks for everything that the API answers', async () => {
    expect((await client.listAnalyses()).map(({ name }) => name)).toEqual(['association']);
    expect((await client.getAnalysis('association')).parameterSchema).toHaveProperty('properties');
    expect((await client.listDatasets('brit')).map(({ id }) => id)).toEqual(['britain']);
    expect((await client.listPhenotypes('finland', 'hei')).map(({ name }) => name)).toEqual([
      'HEIGHT',
    ]);
    expect((await client.listEnvironments()).map(({ id, state }) => [id, state])).toEqual([
      ['britain', 'up'],
      ['cloud', 'up'],
      ['finland', 'up'],
    ]);
    expect((await client.previewPlacement(REQUEST)).placements).toHaveLength(4);
    const id = await begin('all');
    expect((await client.getRun(id)).state).toBe('accepted');
    expect((await client.listRuns({ limit: 1 })).runs).toHaveLength(1);
    expect(await client.cancelRun(id, { reason: 'mistake' })).toEqual({ state: 'cancelling' });
    const selection = { step: 'scan', dataset: 'finland', code: 'op-failed' as const };
    expect(await client.retryRun(id, selection)).toEqual({ shards: 3 });
    expect(await client.waiveRun(id, { ...selection, reason: 'known' })).toEqual({ shards: 2 });
    expect(await client.listConclusions(id)).toEqual([]);
  });

  it('brings files as bytes', async () => {
    const id = await begin('file');
    const bytes = Buffer.from([0, 255, 10, 13]);
    await api.deps.exchange.put(sha256(bytes), bytes);
    await api.store.conclusions.accept(id, {
      ...{ step: 'rows', dataset: 'finland', name: 'rows', environment: 'finland' },
      ...{ sha256: sha256(bytes), statement: 'a'.repeat(64), rule: 'file', verdict: 'pass' },
      ...{ bytes: 4, dropped: {}, waived: {}, ledgerSequence: 1 },
      acceptedAt: new Date().toISOString(),
    });
    expect(Buffer.from(await client.getFile(id, sha256(bytes)))).toEqual(bytes);
  });

  it('throws refusals with their code and every fault', async () => {
    const request = { ...REQUEST, datasets: ['finnland'] };
    const error: unknown = await client
      .submitRun(request, { idempotencyKey: 'x' })
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({
      status: 404,
      code: 'unknown-dataset',
      errors: [{ pointer: '/datasets/0', nearest: ['finland'] }],
    });
  });

  it('says when nobody answers', async () => {
    const nobody = new RestClient({ url: 'http://127.0.0.1:9', token: await tokenFor() });
    await expect(nobody.cancelRun('r')).rejects.toThrow(UnreachableError);
  });

  it('submits again when the answer was lost, and makes one run', async () => {
    let failures = 2;
    const flaky = await clientBehind((request, response) => {
      if (request.method !== 'POST' || failures === 0) return false;
      failures -= 1;
      if (failures === 1) response.destroy();
      else response.writeHead(503, { 'Retry-After': '0' }).end();
      return true;
    });
    const before = api.starter.started.length;
    const { id } = await flaky.submitRun(REQUEST, { idempotencyKey: 'flaky' });
    expect((await flaky.submitRun(REQUEST, { idempotencyKey: 'flaky' })).id).toBe(id);
    expect(api.starter.started.length - before).toBe(1);
  });

  it('does not repeat a decision by itself', async () => {
    let asked = 0;
    const flaky = await clientBehind((request, response) => {
      if (request.method !== 'POST') return false;
      asked += 1;
      response.destroy();
      return true;
    });
    await expect(flaky.cancelRun('r')).rejects.toThrow(UnreachableError);
    expect(asked).toBe(1);
  });
});

describe('watching a run', () => {
  it('gives every event once, over broken connections, and ends with the run', async () => {
    const id = await begin('watched');
    let cut = 0;
    const flaky = await clientBehind((request, response) => {
      if (!request.url?.endsWith('/events') || cut === 2) return false;
      cut += 1;
      const after = Number(request.headers['last-event-id']);
      void api.store.events.after(id, after, 1).then((events) => {
        response.writeHead(200, { 'Content-Type': 'text/event-stream' });
        for (const event of events)
          response.write(`id: ${event.sequence}\ndata: ${JSON.stringify(event)}\n\n`);
        response.write('id: 99\ndata: {"half');
        setTimeout(() => response.destroy(), 20);
      });
      return true;
    });
    await record(id, 'running');
    await record(id, 'running', 'somebody');
    await record(id, 'done');
    const seen: number[] = [];
    for await (const { sequence } of flaky.watchRun(id)) seen.push(sequence);
    expect(cut).toBe(2);
    expect(seen).toEqual([1, 2, 3, 4]);
  });

  it('goes on after an event that is known, and stops when it is told to', async () => {
    const id = await begin('stopped');
    await record(id, 'running');
    const stop = new AbortController();
    const seen: number[] = [];
    const watch = (async () => {
      for await (const { sequence } of client.watchRun(id, { after: 1, signal: stop.signal })) {
        seen.push(sequence);
        stop.abort();
      }
    })();
    await expect(watch).rejects.toThrow();
    expect(seen).toEqual([2]);
  });

  it('is what awaiting a run does', async () => {
    const id = await begin('awaited');
    const waiting = client.awaitRun(id);
    await record(id, 'running');
    await record(id, 'done');
    expect((await waiting).state).toBe('done');
  });
});
