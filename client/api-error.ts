import type { Code } from '../contracts/codes.js';

/** One fault of a request. */
export interface ApiFault {
  code: Code;
  /** JSON pointer into the request. */
  pointer: string;
  detail: string;
  /** Names that may have been meant. */
  nearest: string[];
}

/** What the API refused, with its code, and every fault of the request. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  /** null: the answer came from something else than the API. */
  readonly code: Code | null;
  readonly title: string;
  readonly errors: ApiFault[];
  /** The whole answer. */
  readonly problem: Record<string, unknown>;

  constructor(status: number, problem: Record<string, unknown>) {
    const text = (name: string): string | undefined =>
      typeof problem[name] === 'string' ? problem[name] : undefined;
    super(text('detail') ?? text('title') ?? `the API answered ${status}`);
    this.status = status;
    this.code = (text('code') as Code | undefined) ?? null;
    this.title = text('title') ?? '';
    this.errors = Array.isArray(problem['errors']) ? (problem['errors'] as ApiFault[]) : [];
    this.problem = problem;
  }
}

/** The hub could not be reached. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}
