import type { Answer, Tasks } from './tasks.js';
import { UpstreamError, type CallOptions, type Upstream } from './upstream.js';

/** gRPC: CANCELLED, UNKNOWN, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, ABORTED, INTERNAL, UNAVAILABLE. */
const MAY_SUCCEED_LATER: readonly number[] = [1, 2, 4, 8, 10, 13, 14];

/**
 * Sends the answer that stands. After an answer that may succeed later the token stays open, and the worker's next
 * try sends the same bytes; any other ends it.
 */
export async function sendAnswer(
  { upstream, tasks }: { upstream: Upstream; tasks: Tasks },
  { token, answer, options }: { token: Uint8Array; answer: Answer; options: CallOptions },
): Promise<void> {
  try {
    await upstream.call(answer.method, Buffer.from(answer.message, 'base64'), options);
  } catch (error) {
    const isOpen = error instanceof UpstreamError && MAY_SUCCEED_LATER.includes(error.status);
    if (!isOpen) tasks.finish(token);
    throw error;
  }
  tasks.finish(token);
}
