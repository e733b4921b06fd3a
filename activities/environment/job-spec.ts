/** `job.json`, and how the feeder is started on it. */
import { join } from 'node:path';
import type { JobOrder, JobSpec } from '../../contracts/job.js';
import { ANYWHERE } from '../../contracts/names.js';
import { countOf } from '../../contracts/ranges.js';
import type { DatasetDefinition } from '../../contracts/dataset.js';
import type { ProviderJob } from '../providers/provider.js';
import type { EnvironmentDeps } from './dependencies.js';
import { failure } from './failures.js';
import { jobDirectory, writeSpec } from './job-files.js';
import { partsOf } from './parts.js';

/** Opening the data, warming the host and writing, beside the shards themselves. */
const OVERHEAD_SECONDS = 300;
const ADMIT_LIMITS = { seconds: 3600, memoryBytes: 2 * 2 ** 30, cpus: 1 };

export interface JobIds {
  name: string;
  run: string;
  step: string;
  dataset: string;
  try: number;
  /** Those to run. */
  shards: string;
}

/** @throws ApplicationFailure `inputs-missing`, `input-unavailable`, `dataset-not-here` */
export async function jobSpecOf(
  deps: EnvironmentDeps,
  ids: JobIds,
  order: JobOrder,
): Promise<JobSpec> {
  const isCut = order.op === null;
  const { limits } = jobLimits(order, ids.shards);
  return {
    ...base(deps, ids),
    kind: isCut ? 'cut' : 'op',
    order,
    admit: null,
    definition: order.dataset === null ? null : definitionOf(deps, ids.dataset),
    files: {
      ...filesOf(deps, ids.name),
      bundle: isCut ? null : await deps.gate.input(order.analysis),
      reference: order.reference && (await deps.gate.input(order.reference.sha256)),
      conclusions: await conclusionsOf(deps, order),
    },
    parts: await partsOf(deps, ids, order),
    sandbox: isCut ? null : deps.sandbox.hostArgv(ids.name, limits),
  };
}

export async function admitSpecOf(
  deps: EnvironmentDeps,
  ids: JobIds,
  admit: NonNullable<JobSpec['admit']>,
): Promise<JobSpec> {
  const { reference } = admit;
  return {
    ...base(deps, ids),
    kind: 'admit',
    order: null,
    admit,
    definition: ids.dataset === ANYWHERE ? null : definitionOf(deps, ids.dataset),
    files: {
      ...filesOf(deps, ids.name),
      bundle: null,
      reference: reference && (await deps.gate.input(reference.sha256)),
      conclusions: {},
    },
    parts: [],
    sandbox: null,
  };
}

/** Writes `job.json` and says what a provider has to start. */
export function prepare(deps: EnvironmentDeps, spec: JobSpec): ProviderJob {
  const path = writeSpec(spec);
  const limits = spec.order ? jobLimits(spec.order, spec.shards).limits : ADMIT_LIMITS;
  return {
    name: spec.name,
    // -P: the job's folder is no place to import from.
    argv: [deps.python, '-P', '-s', '-m', 'cloister_runtime.feeder', path],
    environment: {
      PATH: '/usr/local/bin:/usr/bin:/bin',
      HOME: spec.files.directory,
      LANG: 'C.UTF-8',
      PYTHONPATH: deps.runtime,
      PYTHONDONTWRITEBYTECODE: '1',
    },
    directory: spec.files.directory,
    limits,
  };
}

/** The order limits a shard, the provider the job: a job's shards run one after the other. */
function jobLimits({ limits }: JobOrder, shards: string): { limits: ProviderJob['limits'] } {
  const seconds = limits.seconds * countOf(shards) + OVERHEAD_SECONDS;
  return { limits: { ...limits, seconds } };
}

function base(deps: EnvironmentDeps, ids: JobIds): Pick<JobSpec, 'version' | keyof JobIds> {
  const { name, run, step, dataset, shards } = ids;
  return { version: 1, name, run, step, dataset, try: ids.try, shards };
}

function filesOf(
  deps: EnvironmentDeps,
  name: string,
): Pick<JobSpec['files'], 'directory' | 'key' | 'executions'> {
  return {
    directory: jobDirectory(deps, name),
    key: deps.feederKey,
    executions: deps.layout.executions,
  };
}

function definitionOf(deps: EnvironmentDeps, dataset: string): DatasetDefinition {
  const definition = deps.datasets.get(dataset);
  if (definition === undefined) throw failure('dataset-not-here');
  return definition;
}

async function conclusionsOf(
  { gate }: EnvironmentDeps,
  { conclusions, forEach }: JobOrder,
): Promise<Record<string, string>> {
  const listed = forEach?.kind === 'conclusion' ? [forEach.conclusion] : [];
  const paths: Record<string, string> = {};
  for (const { sha256 } of [...conclusions, ...listed]) paths[sha256] = await gate.input(sha256);
  return paths;
}

/** Definitions with absolute paths: the feeder knows no folder. */
export function absoluteDefinitions(
  folder: string,
  datasets: readonly DatasetDefinition[],
): Map<string, DatasetDefinition> {
  return new Map(
    datasets.map((dataset) => [
      dataset.id,
      { ...dataset, plink: join(folder, dataset.plink), people: join(folder, dataset.people) },
    ]),
  );
}
