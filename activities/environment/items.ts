/** The shards of a step: how many, their items, their result keys. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ListSource } from '../../contracts/job.js';
import { shardsOf } from '../../contracts/ranges.js';
import { resultKeyOf } from '../../contracts/schemas/question.js';
import type { OrderedRunJobInput } from '../../contracts/wire/index.js';
import type { EnvironmentDeps } from './dependencies.js';
import { failure } from './failures.js';
import { jobDirectory, parseItems, readJobManifest, readList } from './job-files.js';
import { completeShardsOf } from './parts.js';
import type { BoundShard, KeyedShard } from './result-index.js';

export interface KeyedShards {
  /** Of the whole step. */
  total: number;
  /** Those asked. */
  shards: KeyedShard[];
}

/** @throws ApplicationFailure `inputs-missing` when the list is not complete or has no such shard. */
export async function keyShards(
  deps: EnvironmentDeps,
  input: OrderedRunJobInput,
): Promise<KeyedShards> {
  const { order } = input;
  const items = order.forEach === null ? [null] : await itemsOf(deps, input, order.forEach);
  const shards = shardsOf(input.shards).map((shard) => {
    if (shard >= items.length) throw failure('inputs-missing');
    return { shard, key: resultKeyOf(order.question, items[shard]) };
  });
  return { total: items.length, shards };
}

async function itemsOf(
  deps: EnvironmentDeps,
  input: OrderedRunJobInput,
  source: ListSource,
): Promise<unknown[]> {
  if (source.kind === 'conclusion') {
    return parseItems(readFileSync(await deps.gate.input(source.conclusion.sha256)));
  }
  const { run, dataset } = input;
  const makers = await completeShardsOf(deps, { run, step: source.step, dataset }, input.order);
  return makers.flatMap((maker) => itemsMadeBy(deps, maker, source.list));
}

function itemsMadeBy(deps: EnvironmentDeps, { job, key }: BoundShard, list: string): unknown[] {
  const shard = readJobManifest(deps, job)?.manifest.shards.find((entry) => entry.key === key);
  if (shard === undefined) throw failure('inputs-missing');
  return readList(join(jobDirectory(deps, job), 'output.bin'), shard, list);
}
