/** `release`: the worker says where a conclusion lies; the gate reads it itself, judges and signs. */
import type { OrderedReleaseInput, ReleaseResult } from '../../contracts/wire/index.js';
import type { EnvironmentDeps } from './dependencies.js';
import { failure } from './failures.js';

/** A step that concludes has one shard. */
const SHARD = 0;

export async function release(
  deps: EnvironmentDeps,
  { run, step, dataset, name }: OrderedReleaseInput,
): Promise<ReleaseResult> {
  const bound = deps.index.bindingsOf({ run, step, dataset }).find(({ shard }) => shard === SHARD);
  if (bound === undefined) throw failure('inputs-missing');
  return deps.gate.release({ run, step, dataset, name }, bound.job);
}
