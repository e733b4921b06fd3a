/** The gRPC server that the worker believes to be Temporal. Every other method of the service is refused. */
import { Server, ServerCredentials, status } from '@grpc/grpc-js';
import type { sendUnaryData, ServerUnaryCall, UntypedServiceImplementation } from '@grpc/grpc-js';
import { log } from '../log.js';
import type { Handler } from './handlers.js';
import { service } from './messages.js';
import { methodDefinition, MOST_MESSAGE_BYTES, UpstreamError } from './upstream.js';

/** Every method of the service, by reflection: what is not on the allow-list has a handler that says no. */
export function serviceMethods(): string[] {
  const reflected = service.WorkflowService as unknown as { methods: Record<string, unknown> };
  return Object.keys(reflected.methods);
}

export async function startProxy(handlers: ReadonlyMap<string, Handler>, port: number) {
  const server = new Server({ 'grpc.max_receive_message_length': MOST_MESSAGE_BYTES });
  const methods = serviceMethods();
  const definition = methods.map((method) => [method, methodDefinition(method)] as const);
  const implementation: UntypedServiceImplementation = {};
  for (const method of methods) implementation[method] = serve(method, handlers.get(method));
  server.addService(Object.fromEntries(definition), implementation);
  const bound = await new Promise<number>((resolve, reject) => {
    const credentials = ServerCredentials.createInsecure();
    server.bindAsync(`127.0.0.1:${port}`, credentials, (error, found) =>
      error ? reject(error) : resolve(found),
    );
  });
  return { port: bound, stop: () => server.forceShutdown() };
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
  const at = Number(call.getDeadline());
  return Number.isFinite(at) ? at : Date.now() + DEFAULT_DEADLINE_MS;
}

/** The upstream's status passes; a fault of the gate's own is worth another try. */
function statusOf(method: string, error: unknown): number {
  if (error instanceof UpstreamError) return error.status;
  log.error({ method, error: String(error) }, 'a call failed inside the gate');
  return status.UNAVAILABLE;
}
