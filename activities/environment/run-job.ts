/** `runJob`: finds or creates the job of a batch, watches it a little, commits what it made. */
import type { ManifestShard } from '../../contracts/job.js';
import { isCode } from '../../contracts/codes.js';
import { shardsOf, toRanges } from '../../contracts/ranges.js';
import { failpoint } from '../../contracts/schemas/failpoint.js';
import { launchName } from '../../contracts/schemas/question.js';
import { SHARD_STATES } from '../../contracts/shards.js';
import type { OrderedRunJobInput, RunJobResult } from '../../contracts/wire/index.js';
import type { Provider } from '../providers/provider.js';
import { commitJob } from './commit-job.js';
import type { EnvironmentDeps } from './dependencies.js';
import { failure } from './failures.js';
import { keyShards } from './items.js';
import { isKept, readJobManifest } from './job-files.js';
import { jobSpecOf, prepare } from './job-spec.js';
import type { BoundShard, KeyedShard } from './result-index.js';
import { watchJob } from './watch-job.js';

const WATCH_SECONDS = 20;
const NEXT_LOOK_SECONDS = 5;

interface Job {
  name: string;
  input: OrderedRunJobInput;
  provider: Provider;
  shards: KeyedShard[];
}

export async function runJob(
  deps: EnvironmentDeps,
  input: OrderedRunJobInput,
): Promise<RunJobResult> {
  const provider = deps.providers.get(input.provider);
  if (provider === undefined) throw failure('provider-not-allowed');
  const { total, shards } = await keyShards(deps, input);
  deps.index.putShards(input, total);
  const job = { name: launchName(input), input, provider, shards };
  if (!(await isSubmitted(deps, job)) && !(await submit(deps, job))) {
    return resultOf(deps, job, []);
  }
  return resultOf(deps, job, await finish(deps, job));
}

/** A manifest proves a job as well as the provider's word does, and outlives its memory. */
async function isSubmitted(deps: EnvironmentDeps, { name, provider }: Job): Promise<boolean> {
  return isKept(deps, name) || (await provider.find(name)) !== undefined;
}

/** Submits what nobody has committed yet. @returns false when there is nothing to run. */
async function submit(deps: EnvironmentDeps, job: Job): Promise<boolean> {
  const { input, name, shards, provider } = job;
  const bound = deps.index.bindCommitted(input, shards, (other) => isKept(deps, other));
  const rest = shards.filter(({ shard }) => !bound.has(shard));
  if (rest.length === 0 || deps.index.isCancelled(name)) return false;
  const { run, step, dataset } = input;
  const ids = { name, run, step, dataset, try: input.try };
  const spec = await jobSpecOf(
    deps,
    { ...ids, shards: toRanges(rest.map(({ shard }) => shard)) },
    input.order,
  );
  deps.index.putJob({ ...ids, shards: input.shards, provider: input.provider });
  await provider.submit(prepare(deps, spec));
  failpoint('worker-submitted');
  return true;
}

/** @returns the shards that the job tells of. @throws ApplicationFailure `job-running` while it goes on */
async function finish(
  deps: EnvironmentDeps,
  { name, input, provider, shards }: Job,
): Promise<ManifestShard[]> {
  const status = isKept(deps, name) ? undefined : await watchJob(provider, name, WATCH_SECONDS);
  const read = readJobManifest(deps, name);
  if (read === undefined && status === undefined && !isKept(deps, name)) {
    throw failure('job-running', NEXT_LOOK_SECONDS);
  }
  const about = { job: name, run: input.run, step: input.step, dataset: input.dataset };
  if (read === undefined) {
    deps.log.warn({ ...about, ...status }, 'the job ended without a valid manifest');
    return [];
  }
  failpoint('worker-file-written');
  const { refused } = read.manifest;
  if (refused !== null) {
    deps.log.warn({ ...about, refused }, 'the feeder refused the job');
    throw failure(isCode(refused.code) ? refused.code : 'platform-failed');
  }
  commitJob(deps, { place: input, manifest: read.manifest, shards, list: input.order.fansOut });
  failpoint('worker-indexed');
  return read.manifest.shards;
}

function resultOf(deps: EnvironmentDeps, job: Job, told: readonly ManifestShard[]): RunJobResult {
  const bound = deps.index.boundAs(job.input, job.shards);
  const failed = new Map(
    told.filter(({ state }) => state === 'x').map(({ shard, code }) => [shard, codeOf(code)]),
  );
  const numbers = shardsOf(job.input.shards);
  const codes = new Map<string, number[]>();
  const note = (code: string, shard: number): void => {
    codes.set(code, [...(codes.get(code) ?? []), shard]);
  };
  const states = numbers.map((shard) => {
    const made = bound.get(shard);
    if (made) return made.isReused ? SHARD_STATES.reused : SHARD_STATES.done;
    const code = failed.get(shard);
    note(code ?? 'job-lost', shard);
    return code === undefined ? SHARD_STATES.open : SHARD_STATES.failed;
  });
  return {
    states: states.join(''),
    codes: Object.fromEntries([...codes].map(([code, shards]) => [code, toRanges(shards)])),
    counts: countsOf(job.input.order.fansOut?.list, [...bound.values()]),
  };
}

function codeOf(code: string | null): string {
  return code !== null && isCode(code) ? code : 'op-failed';
}

function countsOf(list: string | undefined, bound: readonly BoundShard[]): Record<string, number> {
  if (list === undefined) return {};
  return { [list]: bound.reduce((sum, { counts }) => sum + (counts[list] ?? 0), 0) };
}
