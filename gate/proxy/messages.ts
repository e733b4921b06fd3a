/** Temporal's messages as the gate builds them: each field set here, none taken over whole. */
import proto, { type temporal } from '@temporalio/proto';
import { CODES, type Code } from '../../contracts/codes.js';
import { canonicalJson } from '../../contracts/schemas/canonical.js';

export const service = proto.temporal.api.workflowservice.v1;
const enums = proto.temporal.api.enums.v1;

type Payload = temporal.api.common.v1.IPayload;
type Failure = temporal.api.failure.v1.IFailure;

/** Who speaks: the gate, never the worker. */
export interface Speaker {
  namespace: string;
  identity: string;
}

const JSON_ENCODING = Buffer.from('json/plain');

export function jsonPayload(value: unknown): Payload {
  return { metadata: { encoding: JSON_ENCODING }, data: Buffer.from(canonicalJson(value)) };
}

/** @returns the value of the one JSON payload; undefined when there is any other. */
export function readPayload(
  payloads: temporal.api.common.v1.IPayloads | null | undefined,
  mostBytes: number,
): unknown {
  const [payload, ...others] = payloads?.payloads ?? [];
  const encoding = payload?.metadata?.['encoding'];
  const data = payload?.data;
  if (!encoding || !data || others.length > 0 || data.length > mostBytes) return undefined;
  if (Buffer.compare(encoding, JSON_ENCODING) !== 0) return undefined;
  try {
    return JSON.parse(Buffer.from(data).toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Delays are steps of a ladder, so that they hold no more than which step. Seconds. */
const DELAYS = [5, 30, 300] as const;
/** What goes on as planned and is no fault. */
const BENIGN: readonly Code[] = ['job-running', 'in-review'];

/** @param wantedSeconds what the worker asked for; 0: nothing */
export function failureOf(code: Code, wantedSeconds = 0): Failure {
  const isBenign = BENIGN.includes(code);
  const delay = DELAYS.find((step) => step >= wantedSeconds) ?? DELAYS[2];
  return {
    message: code,
    source: 'gate',
    applicationFailureInfo: {
      type: code,
      nonRetryable: !CODES[code].isRetryable,
      category: isBenign
        ? enums.ApplicationErrorCategory.APPLICATION_ERROR_CATEGORY_BENIGN
        : enums.ApplicationErrorCategory.APPLICATION_ERROR_CATEGORY_UNSPECIFIED,
      nextRetryDelay: isBenign && wantedSeconds > 0 ? secondsOf(delay) : null,
    },
  };
}

function secondsOf(seconds: number) {
  return proto.google.protobuf.Duration.fromObject({ seconds });
}

export function completedMessage(speaker: Speaker, token: Uint8Array, result: unknown): Uint8Array {
  const message = { ...speaker, taskToken: token, result: { payloads: [jsonPayload(result)] } };
  return service.RespondActivityTaskCompletedRequest.encode(message).finish();
}

export function failedMessage(speaker: Speaker, token: Uint8Array, failure: Failure): Uint8Array {
  const message = { ...speaker, taskToken: token, failure };
  return service.RespondActivityTaskFailedRequest.encode(message).finish();
}

export function canceledMessage(speaker: Speaker, token: Uint8Array): Uint8Array {
  return service.RespondActivityTaskCanceledRequest.encode({
    ...speaker,
    taskToken: token,
  }).finish();
}
