/** Does a task, or the answer to one, fit the wire contract and what was asked? */
import type { z } from 'zod';
import type { Code } from '../../contracts/codes.js';
import type { Policy } from '../../contracts/policy.js';
import { isRanges, countOf, shardsOf } from '../../contracts/ranges.js';
import { sha256 } from '../../contracts/schemas/canonical.js';
import {
  ENVIRONMENT_ACTIVITIES,
  MOST_OP_FAILURES,
  type EnvironmentActivity,
  type RunJobInput,
  type RunJobResult,
} from '../../contracts/wire/index.js';
import { Refusal } from '../refusal.js';

export function refuseUnservedActivity(name: string): asserts name is EnvironmentActivity {
  const served: readonly string[] = ENVIRONMENT_ACTIVITIES;
  if (!served.includes(name)) throw new Refusal('activity-not-allowed');
}

/** @returns the value, with the fields of the schema and no others. */
export function refuseMalformed<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new Refusal('wire-invalid');
  return parsed.data;
}

/** One state a shard that was asked for. */
export function refuseOtherStates({ shards }: RunJobInput, { states }: RunJobResult): void {
  if (states.length !== countOf(shards)) throw new Refusal('wire-invalid');
}

/** A code explains shards of the task that are open or failed, each shard once. */
export function refuseForeignCodes({ shards }: RunJobInput, { states, codes }: RunJobResult): void {
  const unexplained = new Set(
    shardsOf(shards).filter((_, index) => ['.', 'x'].includes(states[index] ?? '')),
  );
  for (const ranges of Object.values(codes)) {
    const isOurs = isRanges(ranges) && shardsOf(ranges).every((shard) => unexplained.delete(shard));
    if (!isOurs) throw new Refusal('wire-invalid');
  }
}

/** A digest that no task named would be a message of the worker to the exchange. */
export function refuseUnnamed(isNamed: boolean): void {
  if (!isNamed) throw new Refusal('wire-invalid');
}

/** Which shards fail is up to the op: behind a wall only so much of it is told. */
export function refusePattern(failures: number, { wall }: Policy): void {
  if (wall === 'walled' && failures > MOST_OP_FAILURES) throw new Refusal('too-many-failures');
}

/** The digest that an approved plan or a signed statement names decides, not who sent the bytes. */
export function refuseTampered(bytes: Uint8Array, digest: string, code: Code): void {
  if (sha256(bytes) !== digest) throw new Refusal(code);
}

/** Counts are of the list that the step fans out. */
export function refuseForeignCounts({ counts }: RunJobResult, list: string | null): void {
  if (Object.keys(counts).some((name) => name !== list)) throw new Refusal('wire-invalid');
}

/** A worker that says it is done without having asked the gate has done nothing. */
export function refuseUndecided(decision: unknown): unknown {
  if (decision === undefined) throw new Refusal('wire-invalid');
  return decision;
}

/** Use is of steps that were ordered here. */
export function refuseForeignUse(order: unknown): void {
  if (order === undefined) throw new Refusal('wire-invalid');
}
