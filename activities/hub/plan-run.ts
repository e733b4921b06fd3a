import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PlanRunInput, PlanRunResult, PlannedStep } from '../../contracts/activities.js';
import type { Step } from '../../contracts/analysis.js';
import type { Plan } from '../../contracts/plan.js';
import { bundleBytes } from '../../contracts/schemas/bundle.js';
import { sha256 } from '../../contracts/schemas/canonical.js';
import type { Analysis } from '../../contracts/schemas/load-analysis.js';
import { planBytes } from '../../hub/validate/make-plan.js';
import { requireValid } from '../../hub/validate/validate-request.js';
import type { HubActivityDeps } from './deps.js';
import { withCodes } from './failure.js';

/** A repetition gives what the first one planned, whatever the catalog says by then. */
export async function planRun(
  deps: HubActivityDeps,
  { run, requester, request }: PlanRunInput,
): Promise<PlanRunResult> {
  const { store, exchange, catalog } = deps;
  await store.runs.begin({ run, requester, request });
  const known = await store.runs.planOf(run);
  if (known) return known;
  const current = await catalog.current();
  const { analysis, plan } = await withCodes(async () => requireValid(current, request));
  const bytes = planBytes(plan);
  await exchange.put(sha256(bytes), bytes);
  await exchange.put(analysis.digest, bundleBytes(analysis.bundle));
  await putReference(deps, plan);
  await store.runs.savePlan(run, resultOf(plan, sha256(bytes), analysis));
  return (await store.runs.planOf(run)) ?? resultOf(plan, sha256(bytes), analysis);
}

/** The world's list of variants becomes a file of the exchange with the first run that needs it. */
async function putReference(
  { exchange, catalog, worldFolder }: HubActivityDeps,
  { reference }: Plan,
): Promise<void> {
  const file = catalog.world.reference?.file;
  if (reference === null || file === undefined) return;
  if ((await exchange.size(reference.sha256)) !== undefined) return;
  await exchange.put(reference.sha256, await readFile(join(worldFolder, file)));
}

function resultOf(plan: Plan, digest: string, { manifest }: Analysis): PlanRunResult {
  return {
    plan: digest,
    analysis: { ...plan.analysis, title: manifest.title },
    datasets: plan.datasets.map(({ id }) => id),
    steps: manifest.steps.map(plannedStep),
    limits: plan.limits,
  };
}

function plannedStep({ id, at, cut, inputs, forEach, concludes, fansOut }: Step): PlannedStep {
  const names = Object.keys(concludes);
  return { id, at, isCut: cut !== null, inputs, forEach, concludes: names, fansOut };
}
