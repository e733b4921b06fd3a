import { status, type ServiceError } from '@grpc/grpc-js';
import type { temporal } from '@temporalio/proto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { service } from '../../gate/proxy/messages.js';
import { serviceMethods } from '../../gate/proxy/server.js';
import { makePlan } from './support/analysis.js';
import { OTHER_RUN, RUN, startEnvironment, type TestEnvironment } from './support/environment.js';
import { UNAVAILABLE } from './support/fake-temporal.js';
import { job, lastAnswer } from './support/messages.js';

type Failure = temporal.api.failure.v1.IFailure;

let env: TestEnvironment;
beforeEach(async () => {
  env = await startEnvironment();
  await env.admit();
});
afterEach(() => env.stop());

const DONE = { states: '+', codes: {}, counts: { windows: 7 } };

async function take(input: object = job(), activity = 'runJob') {
  env.temporal.offer(activity, input);
  return env.worker.poll();
}

const statusOf = (call: Promise<unknown>): Promise<number> =>
  call.then(
    () => status.OK,
    (error: ServiceError) => error.code,
  );

const failedCalls = () =>
  env.temporal
    .callsOf('RespondActivityTaskFailed')
    .map(({ request }) =>
      service.RespondActivityTaskFailedRequest.toObject(
        service.RespondActivityTaskFailedRequest.decode(request),
      ),
    );

describe('the allow-list', () => {
  const allowed = [
    'GetSystemInfo',
    'DescribeNamespace',
    'PollActivityTaskQueue',
    'ShutdownWorker',
    'RecordActivityTaskHeartbeat',
    'RespondActivityTaskCompleted',
    'RespondActivityTaskFailed',
    'RespondActivityTaskCanceled',
  ];

  it('every other method of the service is refused, and nothing of it goes out', async () => {
    const others = serviceMethods().filter((method) => !allowed.includes(method));
    expect(others.length).toBeGreaterThan(100);
    expect(others).toContain('RespondActivityTaskCompletedById');
    for (const method of others) {
      const refused = await statusOf(env.worker.call(method, Buffer.from([10, 1, 120])));
      expect([method, refused]).toEqual([method, status.PERMISSION_DENIED]);
    }
    expect(env.temporal.calls).toEqual([]);
  });

  it('a namespace is described without what is not needed', async () => {
    const bytes = await env.worker.call('DescribeNamespace', new Uint8Array());
    const { namespaceInfo } = service.DescribeNamespaceResponse.decode(bytes);
    expect(namespaceInfo?.description).toBe('');
    expect(namespaceInfo?.capabilities?.workerHeartbeats).toBe(false);
    expect(namespaceInfo?.capabilities?.pollerAutoscaling).toBe(true);
  });

  it('polls the own queue, whatever the worker asks for', async () => {
    await take();
    const [poll] = env.temporal.callsOf('PollActivityTaskQueue');
    const sent = service.PollActivityTaskQueueRequest.decode(poll?.request ?? Buffer.alloc(0));
    expect(sent.taskQueue?.name).toBe('eu-fi.north');
    expect(sent.namespace).toBe('default');
    expect(sent.identity).toBe('gate-north');
    expect(sent.taskQueueMetadata ?? null).toBeNull();
    expect(sent.workerInstanceKey).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('a worker that shuts down is followed by one with another key', async () => {
    await take();
    await env.worker.call('ShutdownWorker', new Uint8Array());
    await take(job({ shards: '0', try: 1 }));
    const keys = env.temporal
      .callsOf('PollActivityTaskQueue')
      .map(({ request }) => service.PollActivityTaskQueueRequest.decode(request).workerInstanceKey);
    const [down] = env.temporal.callsOf('ShutdownWorker');
    const sent = service.ShutdownWorkerRequest.decode(down?.request ?? Buffer.alloc(0));
    expect(sent.workerInstanceKey).toBe(keys[0]);
    expect(keys[1]).not.toBe(keys[0]);
  });
});

describe('a task on its way in', () => {
  it('has the order from the admitted plan', async () => {
    const { input } = await take();
    expect(input).toMatchObject({
      ...job(),
      order: { parameters: { blocks: 40 }, reads: ['variants'], model: null, cohort: null },
    });
    const dataset = { id: 'finland', version: 1, digest: '33'.repeat(32) };
    expect(input?.['order'].dataset).toEqual(dataset);
  });

  it.each<[string, string, unknown, object]>([
    ['activity-not-allowed', 'readFile', {}, {}],
    ['wire-invalid', 'runJob', job({ order: {} }), {}],
    ['wire-invalid', 'runJob', job({ shards: '5-3' }), {}],
    ['wire-invalid', 'runJob', { padding: 'x'.repeat(70_000) }, {}],
    ['wire-invalid', 'runJob', job(), { input: { payloads: [] } }],
    [
      'wire-invalid',
      'runJob',
      job(),
      { input: { payloads: [{ metadata: { encoding: Buffer.from('binary/plain') } }] } },
    ],
  ])('%s: the worker never sees it, the next one it does', async (code, ...task) => {
    env.temporal.offer(...task);
    const { input: seen } = await take();
    expect(seen).toMatchObject(job());
    expect(lastAnswer(env.temporal)).toBe(code);
    const [sent] = failedCalls();
    expect(sent?.['failure']).toMatchObject({
      message: code,
      source: 'gate',
      applicationFailureInfo: { type: code, nonRetryable: true },
    });
    expect(env.ledger.entries('finland').concat(env.ledger.entries('environment'))).toContainEqual(
      expect.objectContaining({ kind: 'task-refused', data: expect.objectContaining({ code }) }),
    );
  });

  it('a plan that is not admitted is the answer of admit, before any data is read', async () => {
    env.rewrite({ policy: { grants: {} } });
    env.temporal.offer('admit', { run: RUN, dataset: 'finland', plan: env.plan.digest });
    await take({ run: RUN }, 'closeRun');
    expect(lastAnswer(env.temporal)).toEqual({
      isAdmitted: false,
      codes: [{ code: 'dataset-not-granted', about: 'finland' }],
    });
  });
});

describe('an answer on its way out', () => {
  it('is built anew: nothing that the worker wrote beside it leaves', async () => {
    const { token, bytes } = await take();
    await env.worker.complete(token, DONE);
    expect(bytes.includes('canary')).toBe(false);
    for (const { request, metadata } of env.temporal.calls) {
      expect(request.includes('canary')).toBe(false);
      expect(JSON.stringify(metadata.getMap())).not.toContain('canary');
    }
    const [completed] = env.temporal.callsOf('RespondActivityTaskCompleted');
    const sent = service.RespondActivityTaskCompletedRequest.decode(
      completed?.request ?? Buffer.alloc(0),
    );
    const data = Buffer.from('{"codes":{},"counts":{"windows":7},"states":"+"}');
    expect(service.RespondActivityTaskCompletedRequest.toObject(sent)).toEqual({
      ...{ taskToken: token, identity: 'gate-north', namespace: 'default' },
      result: { payloads: [{ metadata: { encoding: Buffer.from('json/plain') }, data }] },
    });
    const again = service.RespondActivityTaskCompletedRequest.encode(sent).finish();
    expect(Buffer.compare(again, completed?.request ?? Buffer.alloc(0))).toBe(0);
  });

  it.each<[string, object, object]>([
    ['a state too many', { states: '++' }, {}],
    ['a state of another alphabet', { states: 'w' }, {}],
    ['a code of a foreign shard', { states: 'x', codes: { 'op-failed': '7' } }, {}],
    ['a code of a shard that is done', { states: '+', codes: { 'op-failed': '0' } }, {}],
    ['a code that is none', { states: 'x', codes: { 'person-17': '0' } }, {}],
    ['the count of a foreign list', { counts: { secret: 1 } }, {}],
    ['a count with a fraction', { counts: { windows: 1.5 } }, {}],
    ['a field too many', { note: 'x' }, {}],
  ])('%s leaves as wire-invalid', async (_fault, changes) => {
    const { token } = await take();
    expect(await statusOf(env.worker.complete(token, { ...DONE, ...changes }))).toBe(status.OK);
    expect(lastAnswer(env.temporal)).toBe('wire-invalid');
  });

  it('too-many-failures: which shards fail is a message, so behind a wall it ends after 20', async () => {
    const scan = (shards: string, tried = 0) => job({ step: 'scan', shards, try: tried });
    const fail = async (input: object, count: number) => {
      const { token } = await take(input);
      const codes = { 'op-failed': count > 1 ? `0-${count - 1}` : '0' };
      await env.worker.complete(token, { states: 'x'.repeat(count), codes, counts: {} });
      return lastAnswer(env.temporal);
    };
    await take();
    expect(await fail(scan('0-18'), 19)).toMatchObject({ states: 'x'.repeat(19) });
    // The same job, told again, is no new failure; a retry of a shard is.
    expect(await fail(scan('0-18'), 19)).toMatchObject({ states: 'x'.repeat(19) });
    expect(await fail(scan('0', 1), 1)).toMatchObject({ states: 'x' });
    expect(await fail(scan('0', 2), 1)).toBe('too-many-failures');
  });

  it('that a result was there already is told to the project that made it, and to no other', async () => {
    const grants = { drugs: ['finland'], others: ['finland'] };
    env.rewrite({ policy: { grants } });
    const told = async (run: string, plan = env.plan.digest) => {
      await env.admit({ run, plan }, { run });
      const { token } = await take(job({ run }));
      await env.worker.complete(token, { ...DONE, states: '=' });
      return (lastAnswer(env.temporal) as { states: string }).states;
    };
    const others = env.hub.put(makePlan(env.bundle.digest, { project: 'others' }).bytes);
    expect(await told(OTHER_RUN, others)).toBe('+');
    expect(await told(RUN)).toBe('+');
    expect(await told(`r${'c'.repeat(24)}`)).toBe('=');
    expect(await told(`r${'d'.repeat(24)}`, others)).toBe('=');
  });

  it('says the same thing in one way only', async () => {
    const first = await take();
    await env.worker.complete(first.token, {
      counts: {},
      codes: { 'op-failed': '0-0' },
      states: 'x',
    });
    expect(lastAnswer(env.temporal)).toEqual({
      states: 'x',
      codes: { 'op-failed': '0' },
      counts: {},
    });
  });

  it('a token is taken back byte for byte, and once', async () => {
    const { token } = await take();
    const forged = Buffer.concat([token, Buffer.from('!')]);
    expect(await statusOf(env.worker.complete(forged, DONE))).toBe(status.NOT_FOUND);
    expect(await statusOf(env.worker.complete(token, DONE))).toBe(status.OK);
    expect(await statusOf(env.worker.complete(token, DONE))).toBe(status.NOT_FOUND);
    expect(env.temporal.callsOf('RespondActivityTaskCompleted')).toHaveLength(1);
  });

  it('a restart of the gate loses no task', async () => {
    const { token } = await take();
    await env.restart();
    expect(await statusOf(env.worker.complete(token, DONE))).toBe(status.OK);
  });

  it('the first answer stands when Temporal was away', async () => {
    const { token } = await take();
    env.temporal.scripted.set('RespondActivityTaskCompleted', [{ code: UNAVAILABLE }]);
    expect(await statusOf(env.worker.complete(token, DONE))).toBe(UNAVAILABLE);
    const other = { ...DONE, counts: { windows: 99 } };
    expect(await statusOf(env.worker.complete(token, other))).toBe(status.OK);
    const sent = env.temporal.callsOf('RespondActivityTaskCompleted');
    expect(sent).toHaveLength(2);
    expect(sent[1]?.request).toEqual(sent[0]?.request);
  });

  it('a worker cannot say that it admitted or released: the gate knows', async () => {
    const input = { run: RUN, dataset: 'finland', plan: env.plan.digest };
    const known = await take(input, 'admit');
    await env.worker.complete(known.token, { isAdmitted: false, codes: [] });
    expect(lastAnswer(env.temporal)).toEqual({ isAdmitted: true, codes: [] });
    const unknown = await take({ ...input, preview: true }, 'admit');
    await env.worker.complete(unknown.token, { isAdmitted: true, codes: [] });
    expect(lastAnswer(env.temporal)).toBe('wire-invalid');
  });

  it('use leaves as powers of two, of steps that ran here', async () => {
    await take();
    const first = await take({ run: RUN }, 'closeRun');
    const use = (name: string) => ({ usage: { [name]: { cpuSeconds: 5, wallSeconds: 0 } } });
    await env.worker.complete(first.token, use('windows@finland'));
    expect(lastAnswer(env.temporal)).toEqual({
      usage: { 'windows@finland': { cpuSeconds: 8, wallSeconds: 0 } },
    });
    const second = await take({ run: RUN }, 'closeRun');
    await env.worker.complete(second.token, use('secret@finland'));
    expect(lastAnswer(env.temporal)).toBe('wire-invalid');
  });
});

describe('a failure', () => {
  const canary = { stackTrace: 'canary', encodedAttributes: { data: Buffer.from('canary') } };

  it.each<[string, string, object, object]>([
    ['TypeError', 'platform-failed', {}, { nonRetryable: false }],
    ['op-failed', 'op-failed', { nonRetryable: false }, { nonRetryable: true }],
    ['job-running', 'job-running', { seconds: 7 }, { seconds: 30, category: 1 }],
    ['in-review', 'in-review', { seconds: 86_400 }, { seconds: 300, category: 1 }],
    ['job-lost', 'job-lost', { seconds: 7 }, { seconds: 0, category: 0 }],
  ])('%s leaves as %s', async (type, code, ...[given, expected]) => {
    const { token } = await take();
    const { seconds, ...info } = { seconds: 0, ...given };
    await env.worker.fail(token, {
      ...{ message: 'canary', source: 'canary', ...canary, cause: { message: 'canary' } },
      applicationFailureInfo: {
        ...{ type, ...info, details: { payloads: [{ data: Buffer.from('canary') }] } },
        nextRetryDelay: { seconds, nanos: 123_456 },
      },
    });
    expect(sentFailure().message).toEqual(code);
    expect(sentFailure()).toMatchObject({ source: 'gate', applicationFailureInfo: { type: code } });
    expect(delayOf(sentFailure().applicationFailureInfo)).toMatchObject(expected);
  });

  /** The only one that was sent; nothing that the worker wrote is in it. */
  function sentFailure() {
    const [sent, ...others] = env.temporal.callsOf('RespondActivityTaskFailed');
    expect(others).toEqual([]);
    const bytes = sent?.request ?? Buffer.alloc(0);
    expect(bytes.includes('canary')).toBe(false);
    return service.RespondActivityTaskFailedRequest.decode(bytes).failure ?? {};
  }

  function delayOf(info: Failure['applicationFailureInfo']) {
    const { nonRetryable, category, nextRetryDelay } = info ?? {};
    expect(nextRetryDelay?.nanos ?? 0).toBe(0);
    return { nonRetryable, category, seconds: Number(nextRetryDelay?.seconds ?? 0) };
  }

  it('a cancelled task is told as such, without details', async () => {
    const { token } = await take();
    const details = { payloads: [{ data: Buffer.from('canary') }] };
    const request = service.RespondActivityTaskCanceledRequest.encode({
      taskToken: token,
      details,
    });
    await env.worker.call('RespondActivityTaskCanceled', request.finish());
    const [sent] = env.temporal.callsOf('RespondActivityTaskCanceled');
    expect(sent?.request.includes(token)).toBe(true);
    expect(sent?.request.includes('canary')).toBe(false);
  });
});

describe('a heartbeat', () => {
  const beat = (taskToken: Buffer) =>
    env.worker.call(
      'RecordActivityTaskHeartbeat',
      service.RecordActivityTaskHeartbeatRequest.encode({
        ...{ taskToken, identity: 'canary' },
        details: { payloads: [{ data: Buffer.from('canary') }] },
      }).finish(),
    );

  it('carries nothing, and brings the wish to cancel', async () => {
    const { token } = await take();
    const answer = service.RecordActivityTaskHeartbeatResponse.decode(await beat(token));
    expect(answer.cancelRequested).toBe(true);
    const [sent] = env.temporal.callsOf('RecordActivityTaskHeartbeat');
    expect(sent?.request.includes('canary')).toBe(false);
  });

  it('of a task that was not handed out goes nowhere', async () => {
    expect(await statusOf(beat(Buffer.from('foreign')))).toBe(status.NOT_FOUND);
    expect(env.temporal.callsOf('RecordActivityTaskHeartbeat')).toEqual([]);
  });
});

it('an upstream that is away is told to the worker as such', async () => {
  env.temporal.scripted.set('PollActivityTaskQueue', [{ code: UNAVAILABLE }]);
  expect(await statusOf(env.worker.poll())).toBe(UNAVAILABLE);
});
