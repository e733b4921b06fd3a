/** Temporal's messages as the gate builds them: each field set here, none taken over whole. */
import proto, { type temporal } from '@temporalio/proto';
import { CODES, type Code } from '../../contracts/codes.js';
import { canonicalJson } from '../../contracts/schemas/canonical.js';
import type { Answer } from './tasks.js';

export const service = proto.temporal.api.workflowservice.v1;
export const enums = proto.temporal.api.enums.v1;

/** Who speaks: the gate, never the worker. */
export interface Speaker {
  namespace: string;
  identity: string;
}

const JSON_ENCODING = Buffer.from('json/plain');

export function jsonPayload(value: unknown): temporal.api.common.v1.IPayload {
  return { metadata: { encoding: JSON_ENCODING }, data: Buffer.from(canonicalJson(value)) };
}

/** @returns the value of the one JSON payload; undefined when there is any other. */
export function readPayload(
  payloads: temporal.api.common.v1.IPayloads | null | undefined,
  mostBytes: number,
): unknown {
  const [payload = {}, ...others] = payloads?.payloads ?? [];
  const encoding = Buffer.from(payload.metadata?.['encoding'] ?? []);
  const data = Buffer.from(payload.data ?? []);
  if (others.length > 0 || !encoding.equals(JSON_ENCODING) || data.length > mostBytes) {
    return undefined;
  }
  return parseJson(data.toString('utf8'));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Delays are steps of a ladder, so that they hold no more than which step. Seconds. */
const DELAYS = [5, 30, 300] as const;
/** What goes on as planned and is no fault. */
const BENIGN: readonly Code[] = ['job-running', 'in-review'];

export function answerResult(speaker: Speaker, taskToken: Uint8Array, result: unknown): Answer {
  return answerOf('Completed', {
    ...speaker,
    taskToken,
    result: { payloads: [jsonPayload(result)] },
  });
}

/** A failure is a code and what its row says. */
export function answerFailure(
  speaker: Speaker,
  taskToken: Uint8Array,
  { code: type, wantedSeconds = 0 }: { code: Code; wantedSeconds?: number },
): Answer {
  const isBenign = BENIGN.includes(type);
  const seconds = DELAYS.find((step) => step >= wantedSeconds) ?? DELAYS[2];
  const isDelayed = isBenign && wantedSeconds > 0;
  const nextRetryDelay = isDelayed ? proto.google.protobuf.Duration.fromObject({ seconds }) : null;
  const category =
    enums.ApplicationErrorCategory[
      `APPLICATION_ERROR_CATEGORY_${isBenign ? 'BENIGN' : 'UNSPECIFIED'}`
    ];
  const nonRetryable = !CODES[type].isRetryable;
  const applicationFailureInfo = { type, nonRetryable, category, nextRetryDelay };
  const failure = { message: type, source: 'gate', applicationFailureInfo };
  return answerOf('Failed', { ...speaker, taskToken, failure });
}

export function answerCanceled(speaker: Speaker, taskToken: Uint8Array): Answer {
  return answerOf('Canceled', { ...speaker, taskToken });
}

function answerOf(how: 'Completed' | 'Failed' | 'Canceled', fields: object): Answer {
  const method = `RespondActivityTask${how}` as const;
  const message = service[`${method}Request`].encode(fields).finish();
  return { method, message: Buffer.from(message).toString('base64') };
}
