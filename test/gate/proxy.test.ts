import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { service } from '../../gate/proxy/messages.js';
import { RUN, startEnvironment, type TestEnvironment } from './support/environment.js';

let env: TestEnvironment;
beforeEach(async () => {
  env = await startEnvironment();
});
afterEach(() => env.stop());

const job = (changes: object = {}) => ({
  ...{ run: RUN, step: 'windows', dataset: 'finland', shards: '0', try: 0, provider: 'local' },
  ...{ conclusions: [], waived: {} },
  ...changes,
});

describe('the proxy', () => {
  it('hands out a job with the order from the admitted plan', async () => {
    expect((await env.admit()).body).toEqual({ isAdmitted: true, codes: [] });
    env.temporal.offer('runJob', job());
    const { input } = await env.worker.poll();
    expect(input).toMatchObject({
      ...job(),
      order: { parameters: { blocks: 40 }, reads: ['variants'], model: null, cohort: null },
    });
    expect(input?.['order'].dataset).toEqual({
      id: 'finland',
      version: 1,
      digest: '33'.repeat(32),
    });
  });

  it('builds every message anew', async () => {
    await env.admit();
    env.temporal.offer('runJob', job());
    const { token, bytes } = await env.worker.poll();
    await env.worker.complete(token, { states: '+', codes: {}, counts: { windows: 7 } });
    expect(bytes.includes('canary')).toBe(false);
    for (const { request, metadata } of env.temporal.calls) {
      expect(request.includes('canary')).toBe(false);
      expect(JSON.stringify(metadata.getMap())).not.toContain('canary');
    }
    const [completed] = env.temporal.callsOf('RespondActivityTaskCompleted');
    const sent = service.RespondActivityTaskCompletedRequest.toObject(
      service.RespondActivityTaskCompletedRequest.decode(completed?.request ?? Buffer.alloc(0)),
    );
    expect(sent).toEqual({
      taskToken: token,
      identity: 'gate-north',
      namespace: 'default',
      result: {
        payloads: [
          {
            metadata: { encoding: Buffer.from('json/plain') },
            data: Buffer.from('{"codes":{},"counts":{"windows":7},"states":"+"}'),
          },
        ],
      },
    });
  });
});
