/** The form of a request, field by field: a fault in one does not hide those in another. */
import { RUN_REQUEST_SHAPE } from '../../contracts/schemas/run.js';
import type { RunRequest } from '../../contracts/run.js';
import { nearestNames } from '../catalog/search.js';
import { pointerTo, type Fault } from '../refusal.js';

export interface Shaped {
  /** The fields that are well formed. */
  request: Partial<RunRequest>;
  faults: Fault[];
}

export function shapeRequest(body: unknown): Shaped {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return { request: {}, faults: [invalid('', 'the request is no JSON object')] };
  }
  const fields = body as Record<string, unknown>;
  const names = Object.keys(RUN_REQUEST_SHAPE);
  const faults = Object.keys(fields)
    .filter((name) => !names.includes(name))
    .map((name) => ({
      ...invalid(pointerTo(name), `there is no field ${name}`),
      nearest: nearestNames(names, name),
    }));
  const request: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(RUN_REQUEST_SHAPE)) {
    const parsed = schema.safeParse(fields[name]);
    if (parsed.success) request[name] = parsed.data;
    else faults.push(...parsed.error.issues.map((issue) => faultOf(name, issue)));
  }
  return { request, faults };
}

function faultOf(name: string, { path, message }: { path: PropertyKey[]; message: string }): Fault {
  return invalid(
    pointerTo(name, ...path.map((part) => (typeof part === 'symbol' ? '' : part))),
    message,
  );
}

function invalid(pointer: string, detail: string): Fault {
  return { code: 'invalid-request', pointer, detail, nearest: [] };
}
