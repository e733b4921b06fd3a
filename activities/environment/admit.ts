/** `admit`: the feeder counts the cohort, the gate decides. */
import { readFileSync } from 'node:fs';
import type { Model } from '../../contracts/analysis.js';
import { ANYWHERE } from '../../contracts/names.js';
import type { Plan } from '../../contracts/plan.js';
import { parseBundle } from '../../contracts/schemas/load-analysis.js';
import { modelOf } from '../../contracts/schemas/manifest.js';
import { parsePlan } from '../../contracts/schemas/plan.js';
import { launchName } from '../../contracts/schemas/question.js';
import type { AdmitInput, AdmitResult } from '../../contracts/wire/index.js';
import type { EnvironmentDeps } from './dependencies.js';
import { failure } from './failures.js';
import { isKept, readJobManifest } from './job-files.js';
import { admitSpecOf, prepare } from './job-spec.js';
import { watchJob } from './watch-job.js';

/** No step of an analysis has a job without shards, so an admission's name is nobody else's. */
const STEP = 'admit';
const SHARDS = '';

/** Counting a large cohort takes minutes; the Activity's own limit is longer. */
const WATCH_SECONDS = 540;
const MOST_TRIES = 5;

export async function admit(deps: EnvironmentDeps, input: AdmitInput): Promise<AdmitResult> {
  const plan = parsePlan(readFileSync(await deps.gate.input(input.plan)));
  const model = input.dataset === ANYWHERE ? null : await modelIn(deps, plan);
  for (let tried = 0; tried < MOST_TRIES; tried += 1) {
    const manifest = await countCohort(deps, input, { plan, model, try: tried });
    if (manifest !== undefined) return deps.gate.admit(input, manifest);
  }
  throw failure('platform-failed');
}

async function modelIn({ gate }: EnvironmentDeps, plan: Plan): Promise<Model | null> {
  const { digest } = plan.analysis;
  const { manifest } = parseBundle(readFileSync(await gate.input(digest)), digest);
  return modelOf(manifest, plan.parameters);
}

/** Finds or creates the job of this try. @returns the manifest's text; undefined when it ended without one. */
async function countCohort(
  deps: EnvironmentDeps,
  { run, dataset }: AdmitInput,
  asked: { plan: Plan; model: Model | null; try: number },
): Promise<string | undefined> {
  const ids = { run, step: STEP, dataset, try: asked.try, shards: SHARDS };
  const name = launchName(ids);
  const [providerName, provider] = [...deps.providers][0] ?? [];
  if (provider === undefined || providerName === undefined) throw failure('provider-unavailable');
  if (!isKept(deps, name)) {
    if ((await provider.find(name)) === undefined) {
      const { model, plan } = asked;
      const spec = await admitSpecOf(deps, { ...ids, name }, { model, reference: plan.reference });
      deps.index.putJob({ ...ids, name, provider: providerName });
      await provider.submit(prepare(deps, spec));
    }
    const status = await watchJob(provider, name, WATCH_SECONDS);
    if (status === undefined) throw failure('job-running');
  }
  const read = readJobManifest(deps, name);
  if (read === undefined) deps.log.warn({ run, dataset, job: name }, 'no admission manifest');
  return read?.text;
}
