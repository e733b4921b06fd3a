/** What a job reads of earlier steps at the same place: every shard of them, complete or waived. */
import { readFileSync } from 'node:fs';
import type { JobOrder, JobPart } from '../../contracts/job.js';
import { shardsOf } from '../../contracts/ranges.js';
import { parseBundle } from '../../contracts/schemas/load-analysis.js';
import type { EnvironmentDeps } from './dependencies.js';
import { failure } from './failures.js';
import { isKept, jobDirectory } from './job-files.js';
import type { BoundShard, StepPlace } from './result-index.js';

type Run = Pick<StepPlace, 'run' | 'dataset'>;

/** In the order of steps and shards. @throws ApplicationFailure `inputs-missing` */
export async function partsOf(
  deps: EnvironmentDeps,
  { run, dataset }: Run,
  order: JobOrder,
): Promise<JobPart[]> {
  const steps = new Set(order.inputs.map(({ step }) => step));
  if (order.forEach?.kind === 'output') steps.add(order.forEach.step);
  const parts: JobPart[] = [];
  for (const step of steps) {
    for (const { shard, key, job } of await completeShardsOf(deps, { run, step, dataset }, order)) {
      parts.push({ step, shard, key, directory: jobDirectory(deps, job) });
    }
  }
  return parts;
}

/** All shards of a step that are not waived. @throws ApplicationFailure `inputs-missing` when one lacks. */
export async function completeShardsOf(
  deps: EnvironmentDeps,
  place: StepPlace,
  order: JobOrder,
): Promise<BoundShard[]> {
  const waived = new Set(shardsOf(order.waived[place.step] ?? ''));
  const bound = deps.index.bindingsOf(place).filter(({ shard }) => !waived.has(shard));
  const total = deps.index.shardsOf(place) ?? (await shardsNeverAsked(deps, place, order));
  const isComplete = bound.length + waived.size === total;
  const jobs = new Set(bound.map(({ job }) => job));
  if (!isComplete || ![...jobs].every((job) => isKept(deps, job))) throw failure('inputs-missing');
  return bound;
}

/**
 * Shards of a step of which no job was ever asked here: none, if the step runs for each item of an empty list.
 * A list made elsewhere is not known here before a job of the step is asked. The gate and the hub's books hold
 * that a step starts only when all it reads is done, so then the list was empty.
 */
async function shardsNeverAsked(
  deps: EnvironmentDeps,
  place: StepPlace,
  order: JobOrder,
): Promise<number> {
  const bundle = readFileSync(await deps.gate.input(order.analysis));
  const { steps } = parseBundle(bundle, order.analysis).manifest;
  const step = steps.find(({ id }) => id === place.step);
  const source = steps.find(({ id }) => id === step?.forEach);
  if (!step || !source) throw failure('inputs-missing');
  const list = source.fansOut?.list ?? '';
  const made = deps.index.bindingsOf({ ...place, step: source.id });
  return made.reduce((sum, { counts }) => sum + (counts[list] ?? 0), 0);
}
