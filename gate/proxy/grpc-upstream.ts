import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { methodDefinition, MOST_MESSAGE_BYTES, UpstreamError, type Upstream } from './upstream.js';

/** Metadata is built here for every call: none of the worker's passes. */
export function createGrpcUpstream(options: { address: string; namespace: string }): Upstream {
  const client = new Client(options.address, credentials.createInsecure(), {
    'grpc.max_receive_message_length': MOST_MESSAGE_BYTES,
    'grpc.keepalive_time_ms': 30_000,
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
        const { path, requestSerialize, responseDeserialize } = methodDefinition(method);
        const route = [path, requestSerialize, responseDeserialize] as const;
        const call = client.makeUnaryRequest(...route, request, metadata, { deadline }, done);
        const cancel = () => call.cancel();
        signal.addEventListener('abort', cancel);
        if (signal.aborted) cancel();
      }),
    close: () => client.close(),
  };
}
