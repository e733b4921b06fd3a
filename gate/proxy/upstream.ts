/**
 * Where the proxy's messages go: Temporal over gRPC. Small, so that signed files which a courier carries can take
 * its place on platforms that allow no standing connection.
 */
export interface Upstream {
  /**
   * @param method of Temporal's WorkflowService, e.g. `PollActivityTaskQueue`
   * @param request its encoded request, built by the gate
   * @throws UpstreamError
   */
  call(method: string, request: Uint8Array, options: CallOptions): Promise<Uint8Array>;
  close(): void;
}

export interface CallOptions {
  /** Milliseconds since the epoch. */
  deadline: number;
  signal: AbortSignal;
}

/** A call that did not succeed, with its gRPC status code. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';
  readonly status: number;

  constructor(status: number) {
    super(`the upstream answered with gRPC status ${status}`);
    this.status = status;
  }
}

export const MOST_MESSAGE_BYTES = 16 * 2 ** 20;

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes);
const asIs = (bytes: Buffer): Buffer => bytes;

/** A method that carries raw bytes: the gate decodes and encodes by itself. */
export function methodDefinition(method: string) {
  return {
    path: `/temporal.api.workflowservice.v1.WorkflowService/${method}`,
    requestStream: false,
    responseStream: false,
    requestSerialize: asBuffer,
    requestDeserialize: asIs,
    responseSerialize: asBuffer,
    responseDeserialize: asIs,
  } as const;
}
