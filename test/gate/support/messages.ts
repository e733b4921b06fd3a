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
  switch (call?.method) {
    case 'RespondActivityTaskCompleted':
      return resultIn(call.request);
    case 'RespondActivityTaskFailed':
      return codeIn(call.request);
    default:
      return call?.method;
  }
}

function resultIn(request: Buffer): unknown {
  const { result } = service.RespondActivityTaskCompletedRequest.decode(request);
  return JSON.parse(Buffer.from(result?.payloads?.[0]?.data ?? []).toString());
}

function codeIn(request: Buffer): unknown {
  const { failure } = service.RespondActivityTaskFailedRequest.decode(request);
  return failure?.applicationFailureInfo?.type;
}
