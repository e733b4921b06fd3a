/** The real application over HTTP: a real store and exchange, and a Temporal that remembers what it was asked. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { afterAll } from 'vitest';
import { createApp } from '../../api/app.js';
import { DEFAULT_LIMITS, type ApiDeps, type ApiLimits } from '../../api/deps.js';
import { createAuthenticator, type Role } from '../../api/identity.js';
import type { RunStarter } from '../../api/run-starter.js';
import { mintToken } from '../../cli/world/tokens.js';
import type { Code } from '../../contracts/codes.js';
import type { DecisionInput, RunAnalysisInput } from '../../contracts/messages.js';
import type { Offer } from '../../contracts/offer.js';
import { createCatalogSource } from '../../hub/catalog/catalog-source.js';
import { createDirectoryExchange } from '../../hub/exchange/directory-exchange.js';
import { HubRefusal } from '../../hub/refusal.js';
import { openSqliteStore } from '../../hub/store/sqlite.js';
import { ANALYSIS, makeSigner, makeWorld, OFFERS } from '../hub/factories.js';
import { scratchFolder } from '../hub/scratch.js';

const KEY = randomBytes(32);

export class FakeStarter implements RunStarter {
  readonly started: RunAnalysisInput[] = [];
  readonly decisions: { kind: string; run: string; input: unknown }[] = [];
  /** What it answers with in place of an answer. */
  refuses: Code | null = null;

  async start(input: RunAnalysisInput): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 5));
    this.#check();
    this.started.push(input);
  }

  async retry(run: string, input: DecisionInput) {
    this.#decide('retry', run, input);
    return { shards: 3 };
  }

  async waive(run: string, input: DecisionInput) {
    this.#decide('waive', run, input);
    return { shards: 2 };
  }

  async cancel(run: string, input: unknown) {
    this.#decide('cancel', run, input);
    return { state: 'cancelling' as const };
  }

  async isReady(): Promise<boolean> {
    return this.refuses === null;
  }

  #decide(kind: string, run: string, input: unknown): void {
    this.#check();
    this.decisions.push({ kind, run, input });
  }

  #check(): void {
    if (this.refuses) throw new HubRefusal(this.refuses);
  }
}

export interface Who {
  role?: Role;
  sub?: string;
  projects?: string[];
  seconds?: number;
  key?: string;
}

export function tokenFor(who: Who = {}): Promise<string> {
  const base = { key: KEY.toString('hex'), sub: 'ada', role: 'scientist' as Role, seconds: 600 };
  return mintToken({ ...base, projects: ['drug-discovery'], ...who });
}

export interface ApiOptions {
  limits?: Partial<ApiLimits>;
  offers?: Offer[];
}

export async function startApi({ limits, offers = OFFERS }: ApiOptions = {}) {
  const folder = scratchFolder();
  const store = await openSqliteStore(join(folder, 'store.db'));
  const gate = makeSigner();
  const world = makeWorld();
  const pins = Object.fromEntries(world.environments.map(({ id }) => [id, gate.publicKey]));
  for (const offer of offers) await store.offers.put(gate.signOffer(offer));
  const starter = new FakeStarter();
  const failures: unknown[] = [];
  const deps: ApiDeps = {
    store,
    starter,
    exchange: createDirectoryExchange(join(folder, 'exchange')),
    catalog: createCatalogSource({
      ...{ world, pins, offers: store.offers },
      analyses: new Map([['association', ANALYSIS]]),
    }),
    authenticate: createAuthenticator(KEY),
    log: {
      error: (value: unknown) => failures.push(value),
      info: () => undefined,
    } as ApiDeps['log'],
    temporalUi: { url: 'http://ui.test', namespace: 'default' },
    limits: { ...DEFAULT_LIMITS, eventPollMilliseconds: 10, ...limits },
  };
  const server = createServer(createApp(deps));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await store.close();
  });

  /** @param who null: without a token. */
  const call = async (path: string, init: RequestInit = {}, who: Who | null = {}) => {
    const headers = new Headers(init.headers);
    if (who) headers.set('Authorization', `Bearer ${await tokenFor(who)}`);
    return fetch(`${url}${path}`, { ...init, headers });
  };
  const post = (path: string, body: unknown, { who = {}, headers = {} }: PostOptions = {}) =>
    call(
      path,
      {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...headers },
        body: JSON.stringify(body),
      },
      who,
    );
  const submit = (body: unknown, key = 'key-1', who: Who = {}) =>
    post('/v1/runs', body, { who, headers: { 'Idempotency-Key': key } });
  return { url, deps, store, starter, gate, failures, call, post, submit };
}

export interface PostOptions {
  who?: Who | null;
  headers?: Record<string, string>;
}

export type Api = Awaited<ReturnType<typeof startApi>>;
