import { service } from '../../../gate/proxy/messages.js';
import type { FakeTemporal } from './fake-temporal.js';
import { RUN } from './environment.js';

export const job = (changes: object = {}) => ({
  ...{ run: RUN, step: 'windows', dataset: 'finland', shards: '0', try: 0, provider: 'local' },
  ...{ conclusions: [], waived: {} },
  ...changes,
});

/** The newest answer that reached Temporal, in words: a code, or the result. */
export function lastAnswer(temporal: FakeTemporal): unknown {
  const call = temporal.calls.findLast(({ method }) => method.startsWith('RespondActivityTask'));
  if (call?.method === 'RespondActivityTaskCompleted') {
    const { result } = service.RespondActivityTaskCompletedRequest.decode(call.request);
    return JSON.parse(Buffer.from(result?.payloads?.[0]?.data ?? []).toString());
  }
  if (call?.method !== 'RespondActivityTaskFailed') return call?.method;
  const { failure } = service.RespondActivityTaskFailedRequest.decode(call.request);
  return failure?.applicationFailureInfo?.type;
}
