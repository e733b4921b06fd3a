import { beforeAll, describe, expect, it } from 'vitest';
import { ROLES, type Role } from '../../api/identity.js';
import { openApiDocument } from '../../api/openapi.js';
import { ROUTES } from '../../api/routes/index.js';
import type { Route } from '../../api/route.js';
import { runIdOf } from '../../contracts/schemas/run-id.js';
import { REQUEST } from '../hub/factories.js';
import { startApi, tokenFor, type Api } from './harness.js';

let api: Api;
beforeAll(async () => (api = await startApi()));

const OPEN = ['/health', '/ready', '/docs', '/openapi.json'];

function addressOf({ path }: Route): string {
  return path
    .replace('{id}', runIdOf('a', 'b'))
    .replace('{sha256}', '0'.repeat(64))
    .replace('{name}', 'none')
    .replace('{environment}', 'finland');
}

function ask(route: Route, who: Parameters<Api['call']>[2]) {
  const hasBody = route.body !== undefined || route.bodyDoc !== undefined;
  const body = hasBody ? { body: '{}', headers: { 'Content-Type': 'application/json' } } : {};
  return api.call(addressOf(route), { method: route.method.toUpperCase(), ...body }, who);
}

const codeOf = async (response: Response) => ((await response.json()) as { code?: string }).code;

describe('without a token', () => {
  it('health, readiness and the docs are open, and nothing else', async () => {
    for (const path of OPEN)
      expect([path, (await api.call(path, {}, null)).status]).toEqual([path, 200]);
    for (const route of ROUTES.filter(({ path }) => !OPEN.includes(path))) {
      const response = await ask(route, null);
      expect([route.path, response.status]).toEqual([route.path, 401]);
      expect(response.headers.get('WWW-Authenticate')).toBe('Bearer');
    }
  });

  it('a token in the URL is none', async () => {
    const token = await tokenFor();
    const response = await api.call(`/v1/runs?token=${token}&access_token=${token}`, {}, null);
    expect(response.status).toBe(401);
  });
});

describe('a token', () => {
  const send = (token: string) =>
    api.call('/v1/runs', { headers: { Authorization: `Bearer ${token}` } }, null);

  it('is refused when it is expired, of another key, without an algorithm, or of no role', async () => {
    const none = [
      { alg: 'none', typ: 'JWT' },
      { sub: 'eve', role: 'admin', exp: 9_999_999_999 },
    ]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const tokens = [
      await tokenFor({ seconds: -10 }),
      await tokenFor({ key: 'ab'.repeat(32) }),
      `${none}.`,
      `${none}.x`,
      await tokenFor({ role: 'root' as Role }),
      'nonsense',
    ];
    for (const token of tokens) expect(await codeOf(await send(token))).toBe('unauthenticated');
    expect((await send(await tokenFor())).status).toBe(200);
  });
});

describe('roles', () => {
  it('open what each route names, and nothing else', async () => {
    for (const route of ROUTES.filter(({ roles }) => roles !== 'open')) {
      for (const role of ROLES) {
        const sub = role === 'gate' ? 'finland' : 'ada';
        const response = await ask(route, { role, sub });
        const isForbidden = response.status === 403;
        await response.body?.cancel();
        const isAllowed = route.roles.includes(role);
        expect([route.method, route.path, role, isForbidden]).toEqual([
          route.method,
          route.path,
          role,
          !isAllowed,
        ]);
      }
    }
  });

  it('give a scientist no run for a project that is not theirs; an admin has all', async () => {
    const refused = await api.submit(REQUEST, 'theirs', { projects: ['other'] });
    expect(await codeOf(refused)).toBe('forbidden');
    expect((await api.submit(REQUEST, 'theirs', { role: 'admin', projects: [] })).status).toBe(202);
    const run = `/v1/runs/${runIdOf('drug-discovery', 'theirs')}`;
    expect((await api.call(run, {}, { projects: ['other'] })).status).toBe(404);
    expect((await api.call(run, {}, {})).status).toBe(200);
    const cancel = await api.post(`${run}/cancel`, {}, { who: { projects: ['other'] } });
    expect(cancel.status).toBe(404);
    expect(api.starter.decisions).toEqual([]);
  });

  it('lead engineers to Temporal UI, and not scientists', async () => {
    const run = runIdOf('drug-discovery', 'theirs');
    const link = async (role: Role) =>
      (await api.call(`/v1/runs/${run}`, {}, { role })).headers.get('Link');
    const address = `http://ui.test/namespaces/default/workflows/run%2F${run}`;
    expect(await link('engineer')).toBe(`<${address}>; rel="related"`);
    expect(await link('scientist')).toBeNull();
  });

  it('show offers to engineers, not to scientists', async () => {
    const offers = async (role: Role) => {
      const response = await api.call('/v1/environments', {}, { role });
      const { environments } = (await response.json()) as { environments: { offer: unknown }[] };
      return environments.filter(({ offer }) => offer !== null).length;
    };
    expect([await offers('engineer'), await offers('scientist')]).toEqual([3, 0]);
  });
});

describe('addresses', () => {
  it('say what they do not know or take', async () => {
    expect(await codeOf(await api.call('/v1/nothing'))).toBe('not-found');
    const response = await api.call('/v1/runs', { method: 'DELETE' });
    expect([response.status, response.headers.get('Allow')]).toEqual([405, 'POST, GET, HEAD']);
    expect(await codeOf(await api.call('/v1/runs/%E0%A4%A', {}))).toBe('invalid-request');
  });

  it('slow down who asks too often, and say for how long', async () => {
    const few = await startApi({ limits: { requestsPerMinute: 2 } });
    const statuses = [];
    for (let time = 0; time < 3; time += 1) statuses.push((await few.call('/v1/runs')).status);
    expect(statuses).toEqual([200, 200, 429]);
    const response = await few.call('/v1/runs');
    expect(Number(response.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect(await codeOf(response)).toBe('too-many-requests');
    expect((await few.call('/v1/runs', {}, { sub: 'grace' })).status).toBe(200);
  });

  it('tell nothing of what failed inside', async () => {
    const broken = await startApi();
    broken.store.runs.list = () => Promise.reject(new Error('secret path /data/finland'));
    const response = await broken.call('/v1/runs');
    const text = await response.text();
    expect([response.status, text.includes('secret')]).toEqual([500, false]);
    expect(broken.failures).toHaveLength(1);
  });

  it('say when Temporal is away', async () => {
    const away = await startApi();
    expect((await away.call('/ready', {}, null)).status).toBe(200);
    away.starter.refuses = 'not-ready';
    expect(await codeOf(await away.call('/ready', {}, null))).toBe('not-ready');
    expect((await away.call('/health', {}, null)).status).toBe(200);
  });
});

describe('OpenAPI', () => {
  interface Operation {
    operationId: string;
    parameters?: { name: string; in: string }[];
    responses: Record<string, unknown>;
    security: unknown[];
  }
  const document = openApiDocument() as {
    openapi: string;
    paths: Record<string, Record<string, Operation>>;
    components: { schemas: Record<string, unknown> };
  };

  it('lists every route with its parameters, and no other', async () => {
    const listed = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(listed.sort()).toEqual(ROUTES.map(({ method, path }) => `${method} ${path}`).sort());
    for (const { method, path } of ROUTES) {
      const operation = document.paths[path]?.[method];
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const declared =
        operation?.parameters?.filter((one) => one.in === 'path').map(({ name }) => name) ?? [];
      expect([path, declared]).toEqual([path, names]);
    }
    expect(await (await api.call('/openapi.json', {}, null)).json()).toEqual(document);
  });

  it('is OpenAPI 3.1 with unique operations, and every reference leads somewhere', () => {
    expect(document.openapi).toBe('3.1.0');
    const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)];
    expect(references.length).toBeGreaterThan(0);
    for (const [, reference = ''] of references) {
      const name = reference.replace('#/components/schemas/', '');
      expect(Object.keys(document.components.schemas)).toContain(name);
    }
    for (const { responses } of operations)
      expect(Object.keys(responses).some((status) => status.startsWith('2'))).toBe(true);
  });

  it('has a page that loads from here alone', async () => {
    const page = await (await api.call('/docs', {}, null)).text();
    const links = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link = '']) => link);
    expect(links.length).toBeGreaterThan(2);
    for (const link of links)
      expect([link, (await api.call(link, {}, null)).status]).toEqual([link, 200]);
  });
});
