import { fileURLToPath } from 'node:url';
import type { ActivityFailure } from '@temporalio/client';
import { ApplicationFailure, type WorkflowClient } from '@temporalio/client';
import { activityInfo, heartbeat } from '@temporalio/activity';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTemporal } from '../support/temporal.js';
import { startEnvironment, RUN, type TestEnvironment } from './support/environment.js';

let temporal: TestWorkflowEnvironment;
let env: TestEnvironment;
let connection: NativeConnection;
let workers: { control: Worker; environment: Worker; done: Promise<unknown> };

const seen: unknown[] = [];
const activities = {
  runJob: async (input: { shards: string }) => {
    seen.push(input);
    heartbeat({ secret: 'heartbeat-canary' });
    if (input.shards === '0') return { states: '+', codes: {}, counts: { windows: 3 } };
    throw new TypeError('failure-canary');
  },
  closeRun: async () => {
    if (activityInfo().attempt === 1) {
      throw ApplicationFailure.create({
        type: 'job-running',
        message: 'canary',
        nextRetryDelay: 10,
      });
    }
    return { usage: {} };
  },
};

beforeAll(async () => {
  temporal = await startTemporal();
  env = await startEnvironment({ temporalAddress: temporal.address });
  await env.admit();
  connection = await NativeConnection.connect({ address: `127.0.0.1:${env.proxyPort}` });
  const environment = await Worker.create({
    connection,
    namespace: 'default',
    taskQueue: 'eu-fi.north',
    identity: 'worker-identity-canary',
    activities,
    activityTaskPollerBehavior: { type: 'autoscaling' },
  });
  const control = await Worker.create({
    connection: temporal.nativeConnection,
    taskQueue: 'control',
    workflowsPath: fileURLToPath(new URL('./support/call-activity.ts', import.meta.url)),
  });
  workers = { control, environment, done: Promise.all([control.run(), environment.run()]) };
});

afterAll(async () => {
  workers.control.shutdown();
  workers.environment.shutdown();
  await workers.done;
  await connection.close();
  await env.stop();
  await temporal.teardown();
});

const job = (shards: string) => ({
  ...{ run: RUN, step: 'windows', dataset: 'finland', shards, try: 0, provider: 'local' },
  ...{ conclusions: [], waived: {} },
});

function call(client: WorkflowClient, workflowId: string, args: [string, unknown]) {
  return client.execute('callActivity', { taskQueue: 'control', workflowId, args });
}

it('carries a job of the real SDK, and nothing that its worker wrote of itself', async () => {
  const result = await call(temporal.client.workflow, 'ok', ['runJob', job('0')]);
  expect(result).toEqual({ states: '+', codes: {}, counts: { windows: 3 } });
  expect(seen[0]).toMatchObject({ order: { parameters: { blocks: 40 } } });
  const history = await temporal.client.workflow.getHandle('ok').fetchHistory();
  const text = Buffer.from(JSON.stringify(history)).toString();
  expect(text).not.toContain('canary');
  expect(text).toContain('gate-north');
});

it('answers a refused job with its code, and the worker never sees it', async () => {
  const before = seen.length;
  const failure = await failureOf(call(temporal.client.workflow, 'refused', ['runJob', job('1')]));
  expect(failure).toMatchObject({
    message: 'wire-invalid',
    type: 'wire-invalid',
    nonRetryable: true,
  });
  expect(seen.length).toBe(before);
});

it('lets a job that goes on be asked for again', async () => {
  const started = call(temporal.client.workflow, 'again', ['closeRun', { run: RUN }]);
  expect(await started).toEqual({ usage: {} });
});

it('serves no other Activity', async () => {
  const failure = await failureOf(call(temporal.client.workflow, 'other', ['readFile', {}]));
  expect(failure).toMatchObject({ type: 'activity-not-allowed' });
});

async function failureOf(run: Promise<unknown>): Promise<ApplicationFailure> {
  const error: unknown = await run.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const activity = (error as Error).cause as ActivityFailure;
  return activity.cause as ApplicationFailure;
}
