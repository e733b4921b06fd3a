import { beforeAll, describe, expect, it } from 'vitest';
import { runEventSchema } from '../../api/schemas/views.js';
import { runIdOf } from '../../contracts/schemas/run-id.js';
import type { RunState } from '../../contracts/run.js';
import { REQUEST } from '../hub/factories.js';
import { startApi, type Api, type Who } from './harness.js';

let api: Api;
beforeAll(async () => (api = await startApi()));

const record = (run: string, state: RunState, waitingFor: string | null = null) =>
  api.store.runs.record({ run, state, codes: [], waitingFor });

async function begin(key: string): Promise<string> {
  const run = runIdOf('drug-discovery', key);
  await api.store.runs.begin({ run, requester: 'ada', request: REQUEST });
  return run;
}

const open = (run: string, lastEventId?: string, who: Who = {}) => {
  const headers: Record<string, string> =
    lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId };
  return api.call(`/v1/runs/${run}/events`, { headers }, who);
};

function parse(text: string) {
  return [...text.matchAll(/^id: (\d+)\nevent: ([\w-]+)\ndata: (.*)$/gm)].map(
    ([, id, type, data = '']) => {
      const event = runEventSchema.parse(JSON.parse(data));
      expect([String(event.sequence), event.type]).toEqual([id, type]);
      return event;
    },
  );
}

describe('events of a run', () => {
  it('come as they happen, and end with the run', async () => {
    const run = await begin('live');
    const response = await open(run);
    expect(response.headers.get('Content-Type')).toContain('text/event-stream');
    const all = response.text();
    await record(run, 'running');
    await record(run, 'done');
    const events = parse(await all);
    expect(events.map(({ sequence, type }) => [sequence, type])).toEqual([
      [1, 'run-accepted'],
      [2, 'run-changed'],
      [3, 'run-changed'],
    ]);
    expect(events.at(-1)?.data['state']).toBe('done');
  });

  it('go on after the last one that was seen, without a gap or a repetition', async () => {
    const run = await begin('resumed');
    for (let index = 0; index < 450; index += 1) await record(run, 'running', `thing ${index}`);
    await record(run, 'done');
    const sequences = async (last?: string) =>
      parse(await (await open(run, last)).text()).map(({ sequence }) => sequence);
    const all = await sequences();
    expect(all).toEqual(Array.from({ length: 452 }, (_, index) => index + 1));
    expect(await sequences('449')).toEqual([450, 451, 452]);
    expect(await sequences('452')).toEqual([]);
    expect(await sequences('no number')).toEqual(all);
  });

  it('tell scientists no environments', async () => {
    const run = await begin('hidden');
    const books = { planned: 0, done: 0, reused: 0, waived: 0, failed: 0, open: 0 };
    await api.store.steps.record({
      ...{ run, step: 'scan', dataset: 'finland', environment: 'secret-place' },
      ...{ state: 'running', books, codes: {} },
    });
    await record(run, 'done');
    expect(await (await open(run)).text()).not.toContain('secret-place');
    expect(await (await open(run, '0', { role: 'engineer' })).text()).toContain('secret-place');
    const view = await (await api.call(`/v1/runs/${run}`)).text();
    expect(view).not.toContain('secret-place');
  });

  it('are not there for others, nor of a run that is not', async () => {
    const run = await begin('others');
    expect((await open(run, '0', { projects: ['other'] })).status).toBe(404);
    expect((await open(runIdOf('x', 'never'))).status).toBe(404);
  });
});
