/** The gRPC server that the worker believes to be Temporal. Every other method of the service is refused. */
import {
  Server,
  ServerCredentials,
  status,
  type sendUnaryData,
  type ServerUnaryCall,
  type ServiceDefinition,
} from '@grpc/grpc-js';
import { log } from '../log.js';
import { MOST_MESSAGE_BYTES, SERVICE } from './grpc-upstream.js';
import type { Handler } from './handlers.js';
import { service } from './messages.js';
import { UpstreamError } from './upstream.js';

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes);
const asIs = (bytes: Buffer): Buffer => bytes;

export interface ProxyServer {
  port: number;
  stop(): Promise<void>;
}

/** Every method of the service, by reflection: what is not on the allow-list has a handler that says no. */
export function serviceMethods(): string[] {
  const reflected = service.WorkflowService as unknown as { methods: Record<string, unknown> };
  return Object.keys(reflected.methods);
}

export async function startProxy(
  handlers: ReadonlyMap<string, Handler>,
  port: number,
): Promise<ProxyServer> {
  const server = new Server({ 'grpc.max_receive_message_length': MOST_MESSAGE_BYTES });
  const definition: Record<string, ServiceDefinition[string]> = {};
  const implementation: Record<string, ReturnType<typeof serve>> = {};
  for (const method of serviceMethods()) {
    definition[method] = {
      path: `${SERVICE}/${method}`,
      requestStream: false,
      responseStream: false,
      requestSerialize: asBuffer,
      requestDeserialize: asIs,
      responseSerialize: asBuffer,
      responseDeserialize: asIs,
    };
    implementation[method] = serve(method, handlers.get(method));
  }
  server.addService(definition, implementation);
  const bound = await bind(server, port);
  return { port: bound, stop: () => stop(server) };
}

function serve(method: string, handler: Handler | undefined) {
  return (call: ServerUnaryCall<Buffer, Uint8Array>, answer: sendUnaryData<Uint8Array>): void => {
    if (handler === undefined) {
      log.warn({ method }, 'a method that is not allowed was called');
      answer({ code: status.PERMISSION_DENIED, details: 'activity-not-allowed' });
      return;
    }
    const controller = new AbortController();
    call.on('cancelled', () => controller.abort());
    const options = { deadline: deadlineOf(call), signal: controller.signal };
    handler(call.request, options).then(
      (response) => answer(null, response),
      (error: unknown) => answer({ code: statusOf(method, error), details: 'refused by the gate' }),
    );
  };
}

const DEFAULT_DEADLINE_MS = 70_000;

function deadlineOf(call: ServerUnaryCall<Buffer, Uint8Array>): number {
  const deadline = call.getDeadline();
  const at = typeof deadline === 'number' ? deadline : deadline.getTime();
  return Number.isFinite(at) ? at : Date.now() + DEFAULT_DEADLINE_MS;
}

/** The upstream's status passes; a fault of the gate's own is worth another try. */
function statusOf(method: string, error: unknown): number {
  if (error instanceof UpstreamError) return error.status;
  log.error({ method, error: String(error) }, 'a call failed inside the gate');
  return status.UNAVAILABLE;
}

function bind(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const credentials = ServerCredentials.createInsecure();
    server.bindAsync(`127.0.0.1:${port}`, credentials, (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
}

const SHUTDOWN_MS = 1000;

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.forceShutdown(), SHUTDOWN_MS);
    server.tryShutdown(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
