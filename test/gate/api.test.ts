import { afterEach, beforeEach, expect, it } from 'vitest';
import { isSignedBy } from '../../contracts/schemas/sign.js';
import { signedOfferSchema } from '../../contracts/schemas/offer.js';
import { startEnvironment, type TestEnvironment } from './support/environment.js';

let env: TestEnvironment;
beforeEach(async () => {
  env = await startEnvironment();
});
afterEach(() => env.stop());

const get = (path: string) => fetch(`${env.apiUrl}${path}`);

it('gives files that an admitted plan names, and asks the exchange for no other', async () => {
  const other = env.hub.put(Buffer.from('another file'));
  expect((await get(`/inputs/${env.bundle.digest}`)).status).toBe(404);
  await env.admit();
  const response = await get(`/inputs/${env.bundle.digest}`);
  expect(response.status).toBe(200);
  expect(Buffer.from(await response.arrayBuffer())).toEqual(env.bundle.bytes);
  expect((await get(`/inputs/${other}`)).status).toBe(404);
  expect(env.hub.requests).not.toContain(`GET /v1/exchange/${other}`);
});

it('keeps files: the exchange is asked once', async () => {
  await env.admit();
  for (let time = 0; time < 3; time += 1) await get(`/inputs/${env.plan.digest}`);
  const asked = env.hub.requests.filter((request) => request.endsWith(env.plan.digest));
  expect(asked).toHaveLength(1);
});

it('has no other address', async () => {
  expect((await get('/health')).status).toBe(200);
  for (const path of ['/', '/inputs/', '/inputs/../admissions', '/admissions', '/ledger']) {
    const response = await get(path);
    expect([path, response.status, await response.json()]).toEqual([
      path,
      404,
      { code: 'not-found' },
    ]);
  }
  const broken = await fetch(`${env.apiUrl}/releases`, { method: 'POST', body: '{' });
  expect([broken.status, await broken.json()]).toEqual([400, { code: 'wire-invalid' }]);
});

it('publishes a signed offer of what the custodian wrote, and says when the worker comes', async () => {
  await env.worker.poll();
  await expect.poll(() => env.hub.offers.at(-1)?.offer.state).toBe('up');
  const [first] = env.hub.offers;
  expect(first?.offer.state).toBe('down');
  const signed = signedOfferSchema.parse(env.hub.offers.at(-1));
  expect(isSignedBy(signed.offer, signed.signature, env.keys.own.publicKey)).toBe(true);
  expect(signed.offer).toMatchObject({
    ...{ environment: 'north', region: 'eu-fi', wall: 'walled', sandbox: 'unshare' },
    ...{ approvals: [env.bundle.digest], grants: { drugs: ['finland'] }, believes: ['cloud'] },
    providers: [{ id: 'local', technologies: ['python'], slots: 2 }],
    datasets: [{ id: 'finland', version: 1, approximatePeople: 100 }],
  });
  const text = JSON.stringify(signed);
  for (const inside of ['expression', 'data/geno', 'baseCohort'])
    expect(text).not.toContain(inside);
});
