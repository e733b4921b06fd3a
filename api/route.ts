/** One route of the API: what is registered with express and what OpenAPI says of it are the same object. */
import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { Code } from '../contracts/codes.js';
import { pointerTo } from '../hub/refusal.js';
import type { ApiDeps } from './deps.js';
import type { Identity, Role } from './identity.js';
import { ApiProblem } from './problem.js';

export interface Call<P, Q, B> {
  deps: ApiDeps;
  identity: Identity;
  params: P;
  query: Q;
  body: B;
  request: Request;
  response: Response;
}

export interface Reply {
  status?: number;
  headers?: Record<string, string>;
  body: unknown;
}

export interface ResponseDoc {
  description: string;
  /** JSON, unless `contentType` says otherwise. */
  schema?: z.ZodType;
  contentType?: string;
  headers?: Record<string, string>;
}

export interface RouteSpec<P, Q, B> {
  method: 'get' | 'put' | 'post';
  /** With `{name}` for parameters. */
  path: string;
  summary: string;
  tag: string;
  roles: readonly Role[] | 'open';
  params?: z.ZodType<P>;
  query?: z.ZodType<Q>;
  body?: z.ZodType<B>;
  /** What OpenAPI says of the body, where the handler checks it by itself. */
  bodyDoc?: z.ZodType;
  /** Name -> description. */
  headers?: Record<string, string>;
  responses: Record<number, ResponseDoc>;
  /** Codes that it may answer with, beside those of every route. */
  codes: readonly Code[];
  /** @returns undefined when it answered by itself. */
  handle(call: Call<P, Q, B>): Promise<Reply | undefined>;
}

export interface RawCall {
  deps: ApiDeps;
  identity: Identity;
  request: Request;
  response: Response;
}

export type Route = Omit<RouteSpec<unknown, unknown, unknown>, 'handle'> & {
  run(call: RawCall): Promise<Reply | undefined>;
};

/** @throws ApiProblem from `run`, with every fault of parameters, query and body at once. */
export function defineRoute<P = unknown, Q = unknown, B = unknown>(
  spec: RouteSpec<P, Q, B>,
): Route {
  return {
    ...spec,
    run: ({ request, ...call }) => {
      const params = parsePart(spec.params, request.params, 'not-found');
      const query = parsePart(spec.query, request.query, 'invalid-request');
      const body = parsePart(spec.body, request.body, 'invalid-request');
      return spec.handle({ ...call, request, params, query, body });
    },
  };
}

/** A parameter of the path that has not its form names nothing. */
function parsePart<T>(schema: z.ZodType<T> | undefined, value: unknown, code: Code): T {
  if (schema === undefined) return value as T;
  const parsed = schema.safeParse(value ?? {});
  if (parsed.success) return parsed.data;
  if (code === 'not-found') throw new ApiProblem(code);
  const faults = parsed.error.issues.map(({ path, message }) => ({
    code,
    pointer: pointerTo(...path.map((part) => (typeof part === 'symbol' ? '' : part))),
    detail: message,
    nearest: [],
  }));
  throw new ApiProblem(code, { faults });
}

export const EVERYONE: readonly Role[] = ['scientist', 'engineer', 'custodian', 'admin'];
export const RESEARCHERS: readonly Role[] = ['scientist', 'engineer', 'admin'];
