/** Problem details (RFC 9457) with the closed list of codes. */
import type { Response } from 'express';
import { CODES, type Code } from '../contracts/codes.js';
import { HubRefusal, type Fault } from '../hub/refusal.js';

export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly code: Code;
  readonly faults: Fault[];
  readonly headers: Record<string, string>;
  /** Members beside the standard ones. */
  readonly extra: Record<string, unknown>;

  constructor(
    code: Code,
    options: {
      detail?: string;
      faults?: Fault[];
      headers?: Record<string, string>;
      extra?: Record<string, unknown>;
    } = {},
  ) {
    super(options.detail ?? options.faults?.[0]?.detail ?? CODES[code].sentence);
    this.code = code;
    this.faults = options.faults ?? [];
    this.headers = options.headers ?? {};
    this.extra = options.extra ?? {};
  }
}

/** Seconds after which it is worth another try. */
const RETRY_AFTER: Partial<Record<Code, string>> = { 'not-ready': '2', internal: '5' };

export function toProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  if (error instanceof HubRefusal) return new ApiProblem(error.code, { faults: error.faults });
  return bodyProblem(error) ?? new ApiProblem('internal');
}

/** Faults that express finds in a body or an address, by their `type`; its messages stay inside. */
function bodyProblem(error: unknown): ApiProblem | undefined {
  if (!(error instanceof Error) || !('status' in error)) return undefined;
  const { status } = error;
  if (status === 413) return new ApiProblem('body-too-large');
  if (status === 415) return new ApiProblem('unsupported-media-type');
  if (typeof status !== 'number' || status < 400 || status > 499) return undefined;
  const detail = 'the body or the address cannot be read';
  return new ApiProblem('invalid-request', {
    faults: [{ code: 'invalid-request', pointer: '', detail, nearest: [] }],
  });
}

export function sendProblem(response: Response, problem: ApiProblem): void {
  const { code, faults, headers, extra, message } = problem;
  const { status, sentence } = CODES[code];
  const retryAfter = RETRY_AFTER[code];
  if (retryAfter !== undefined) response.set('Retry-After', retryAfter);
  if (code === 'unauthenticated') response.set('WWW-Authenticate', 'Bearer');
  response.set(headers);
  response.status(status).type('application/problem+json');
  response.send(
    JSON.stringify({
      type: `urn:cloister:code:${code}`,
      title: sentence,
      status,
      detail: message,
      code,
      errors: faults,
      ...extra,
    }),
  );
}
