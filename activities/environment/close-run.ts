/** `closeRun`: nothing of the run goes on, and what it used is told, once a step. */
import type { CloseRunInput, CloseRunResult } from '../../contracts/wire/index.js';
import { endJob } from './cancel-job.js';
import type { EnvironmentDeps } from './dependencies.js';
import { readJobManifest } from './job-files.js';

type Use = CloseRunResult['usage'][string];

export async function closeRun(
  deps: EnvironmentDeps,
  { run }: CloseRunInput,
): Promise<CloseRunResult> {
  const jobs = deps.index.jobsOf(run);
  const sums = new Map<string, Use>();
  for (const { name, step, dataset, shards } of jobs) {
    deps.index.markCancelled(name);
    await endJob(deps, name);
    // An admission belongs to no step; its jobs have no shards.
    const manifest = shards === '' ? undefined : readJobManifest(deps, name)?.manifest;
    if (manifest) add(sums, `${step}@${dataset}`, manifest.usage);
  }
  const round = deps.wall === 'walled' ? powerOfTwoAbove : Math.ceil;
  return {
    usage: Object.fromEntries(
      [...sums].map(([place, { cpuSeconds, wallSeconds }]) => [
        place,
        { cpuSeconds: round(cpuSeconds), wallSeconds: round(wallSeconds) },
      ]),
    ),
  };
}

function add(sums: Map<string, Use>, place: string, { cpuSeconds, wallSeconds }: Use): void {
  const sum = sums.get(place) ?? { cpuSeconds: 0, wallSeconds: 0 };
  sums.set(place, {
    cpuSeconds: sum.cpuSeconds + cpuSeconds,
    wallSeconds: sum.wallSeconds + wallSeconds,
  });
}

/** Exact times would tell of the data. */
function powerOfTwoAbove(value: number): number {
  return 2 ** Math.max(0, Math.ceil(Math.log2(Math.max(value, 1))));
}
