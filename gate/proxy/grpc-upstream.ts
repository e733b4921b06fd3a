import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { UpstreamError, type Upstream } from './upstream.js';

export const SERVICE = '/temporal.api.workflowservice.v1.WorkflowService';
export const MOST_MESSAGE_BYTES = 16 * 2 ** 20;

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes);
const asIs = (bytes: Buffer): Buffer => bytes;

/** Metadata is built here for every call: none of the worker's passes. */
export function createGrpcUpstream(options: { address: string; namespace: string }): Upstream {
  const client = new Client(options.address, credentials.createInsecure(), {
    'grpc.max_receive_message_length': MOST_MESSAGE_BYTES,
    'grpc.keepalive_time_ms': 30_000,
    'grpc.keepalive_permit_without_calls': 1,
    // A server that comes back is found again within seconds.
    'grpc.max_reconnect_backoff_ms': 2000,
  });
  return {
    call: (method, request, { deadline, signal }) =>
      new Promise((resolve, reject) => {
        const metadata = new Metadata();
        metadata.set('temporal-namespace', options.namespace);
        metadata.set('client-name', 'cloister-gate');
        metadata.set('client-version', '0.1.0');
        const done = (error: ServiceError | null, response?: Buffer) => {
          signal.removeEventListener('abort', cancel);
          if (error) reject(new UpstreamError(error.code));
          else resolve(response ?? Buffer.alloc(0));
        };
        const path = `${SERVICE}/${method}`;
        const call = client.makeUnaryRequest<Uint8Array, Buffer>(
          path,
          asBuffer,
          asIs,
          request,
          metadata,
          { deadline },
          done,
        );
        const cancel = () => call.cancel();
        signal.addEventListener('abort', cancel);
        if (signal.aborted) cancel();
      }),
    close: () => client.close(),
  };
}
