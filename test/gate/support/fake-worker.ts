/** Speaks Temporal's protocol to the gate's proxy, byte by byte. */
import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import type { JobOrder } from '../../../contracts/job.js';
import { methodDefinition } from '../../../gate/proxy/upstream.js';
import { service } from '../../../gate/proxy/messages.js';

export interface TaskInput {
  [field: string]: unknown;
  order: JobOrder;
}

export function createFakeWorker(port: number) {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  const call = (method: string, request: Uint8Array, seconds = 30): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      const metadata = new Metadata();
      metadata.set('authorization', 'metadata-canary');
      client.makeUnaryRequest(
        methodDefinition(method).path,
        (bytes: Uint8Array) => Buffer.from(bytes),
        (bytes: Buffer) => bytes,
        request,
        metadata,
        { deadline: Date.now() + seconds * 1000 },
        (error: ServiceError | null, response?: Buffer) =>
          error ? reject(error) : resolve(response ?? Buffer.alloc(0)),
      );
    });
  return {
    call,
    /** @returns the task, with its input parsed; `input` undefined when there was none */
    poll: async () => {
      const request = service.PollActivityTaskQueueRequest.encode({
        namespace: 'stolen',
        identity: 'identity-canary',
        taskQueue: { name: 'uk.britain' },
        taskQueueMetadata: { maxTasksPerSecond: { value: 0.125 } },
        workerInstanceKey: 'key-canary',
      }).finish();
      const bytes = await call('PollActivityTaskQueue', request);
      const task = service.PollActivityTaskQueueResponse.decode(bytes);
      const data = task.input?.payloads?.[0]?.data;
      const input = data ? (JSON.parse(Buffer.from(data).toString()) as TaskInput) : undefined;
      return { bytes, task, token: Buffer.from(task.taskToken), input };
    },
    complete: (taskToken: Buffer, result: unknown, overrides: object = {}) =>
      call(
        'RespondActivityTaskCompleted',
        service.RespondActivityTaskCompletedRequest.encode({
          taskToken,
          identity: 'identity-canary',
          result: {
            payloads: [
              {
                metadata: {
                  encoding: Buffer.from('json/plain'),
                  extra: Buffer.from('metadata-canary'),
                },
                data: Buffer.from(JSON.stringify(result)),
              },
            ],
          },
          ...overrides,
        }).finish(),
      ),
    fail: (taskToken: Buffer, failure: object) =>
      call(
        'RespondActivityTaskFailed',
        service.RespondActivityTaskFailedRequest.encode({
          taskToken,
          identity: 'identity-canary',
          failure,
        }).finish(),
      ),
    stop: () => client.close(),
  };
}
