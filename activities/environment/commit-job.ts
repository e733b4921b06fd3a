/** One file and one manifest a job, then one index transaction. */
import { join } from 'node:path';
import type { JobManifest, JobOrder, ManifestShard } from '../../contracts/job.js';
import type { EnvironmentDeps } from './dependencies.js';
import { jobDirectory, readList } from './job-files.js';
import type { CommittedShard, KeyedShard, StepPlace } from './result-index.js';

export interface CommitJob {
  place: StepPlace;
  manifest: JobManifest;
  /** Those asked, with the keys that the worker computed itself. */
  shards: readonly KeyedShard[];
  list: JobOrder['fansOut'];
}

/** Commits the done shards whose key is the one asked for; a key that differs is no answer to the question. */
export function commitJob(
  deps: EnvironmentDeps,
  { place, manifest, shards, list }: CommitJob,
): void {
  const asked = new Map(shards.map(({ shard, key }) => [shard, key]));
  const done = manifest.shards.filter(
    ({ shard, key, state }) => state === '+' && asked.get(shard) === key,
  );
  const committed = done.map((entry): CommittedShard => {
    const { shard, key } = entry;
    return { shard, key, counts: list ? countsOf(deps, manifest, { entry, list }) : {} };
  });
  deps.index.commit(place, manifest.name, committed);
}

function countsOf(
  deps: EnvironmentDeps,
  manifest: JobManifest,
  { entry, list: { list } }: { entry: ManifestShard; list: NonNullable<JobOrder['fansOut']> },
): Record<string, number> {
  // The manifest counts for the whole job.
  const whole = manifest.shards.length === 1 ? manifest.counts[list] : undefined;
  const output = join(jobDirectory(deps, manifest.name), 'output.bin');
  return { [list]: whole ?? readList(output, entry, list).length };
}
