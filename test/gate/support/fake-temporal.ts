/** A scripted Temporal: hands out the tasks of a list, records every call with its bytes. */
import {
  Server,
  ServerCredentials,
  status,
  type sendUnaryData,
  type ServerUnaryCall,
  type Metadata,
} from '@grpc/grpc-js';
import { methodDefinition } from '../../../gate/proxy/upstream.js';
import { service } from '../../../gate/proxy/messages.js';
import { serviceMethods } from '../../../gate/proxy/server.js';

export interface RecordedCall {
  method: string;
  request: Buffer;
  metadata: Metadata;
}

type Answer = Uint8Array | { code: number };

export async function startFakeTemporal() {
  const calls: RecordedCall[] = [];
  const tasks: Uint8Array[] = [];
  /** method -> answers to give before the usual one. */
  const scripted = new Map<string, Answer[]>();
  const server = new Server();
  const usual = (method: string): Answer => {
    if (method === 'PollActivityTaskQueue') return tasks.shift() ?? new Uint8Array();
    if (method === 'GetSystemInfo') {
      return service.GetSystemInfoResponse.encode({
        serverVersion: '1.32.0',
        capabilities: { nexus: true, encodedFailureAttributes: true },
      }).finish();
    }
    if (method === 'DescribeNamespace') {
      return service.DescribeNamespaceResponse.encode({
        namespaceInfo: {
          name: 'default',
          description: 'secret',
          capabilities: { workerHeartbeats: true, pollerAutoscaling: true },
        },
      }).finish();
    }
    if (method === 'RecordActivityTaskHeartbeat') {
      return service.RecordActivityTaskHeartbeatResponse.encode({ cancelRequested: true }).finish();
    }
    return new Uint8Array();
  };
  for (const method of serviceMethods()) {
    const handler = (
      call: ServerUnaryCall<Buffer, Uint8Array>,
      done: sendUnaryData<Uint8Array>,
    ) => {
      calls.push({ method, request: call.request, metadata: call.metadata });
      const answer = scripted.get(method)?.shift() ?? usual(method);
      if ('code' in answer) done({ code: answer.code, details: 'scripted' });
      else done(null, answer);
    };
    server.addService(
      {
        [method]: methodDefinition(method),
      },
      { [method]: handler },
    );
  }
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  let token = 0;
  return {
    address: `127.0.0.1:${port}`,
    calls,
    scripted,
    /** Queues a task. @returns its token */
    offer: (activity: string, input: unknown, overrides: object = {}): Buffer => {
      const taskToken = Buffer.from(`token-${(token += 1)}-${activity}`);
      const payload = {
        metadata: { encoding: Buffer.from('json/plain') },
        data: Buffer.from(JSON.stringify(input)),
      };
      tasks.push(
        service.PollActivityTaskQueueResponse.encode({
          taskToken,
          workflowNamespace: 'default',
          workflowType: { name: 'runPage' },
          workflowExecution: { workflowId: 'run/r/scan@finland/0', runId: 'x' },
          activityType: { name: activity },
          activityId: '1',
          attempt: 1,
          header: { fields: { trace: { data: Buffer.from('header-canary') } } },
          heartbeatDetails: { payloads: [{ data: Buffer.from('details-canary') }] },
          input: { payloads: [payload] },
          ...overrides,
        }).finish(),
      );
      return taskToken;
    },
    callsOf: (method: string) => calls.filter((call) => call.method === method),
    stop: async () => server.forceShutdown(),
  };
}

export type FakeTemporal = Awaited<ReturnType<typeof startFakeTemporal>>;
export const UNAVAILABLE = status.UNAVAILABLE;
