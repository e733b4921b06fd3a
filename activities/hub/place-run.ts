import type { PlaceRunInput, PlaceRunResult } from '../../contracts/activities.js';
import type { Placement } from '../../contracts/placement.js';
import { canonicalJson } from '../../contracts/schemas/canonical.js';
import { parseBundle } from '../../contracts/schemas/load-analysis.js';
import { parsePlan } from '../../contracts/schemas/plan.js';
import { needsOf } from '../../hub/placement/needs.js';
import { place } from '../../hub/placement/place.js';
import type { HubActivityDeps } from './deps.js';
import { codeFailure } from './failure.js';

/** Placements go to the Workflow without what was turned down: 20 datasets and as many environments are too much. */
export async function placeRun(
  { store, exchange, catalog }: HubActivityDeps,
  { run, plan: digest }: PlaceRunInput,
): Promise<PlaceRunResult> {
  const known = await store.runs.placementOf(run);
  if (known && known.impossible.length === 0) return { placements: known.placements.map(brief) };
  const plan = parsePlan(await exchange.read(digest));
  const bundle = await exchange.read(plan.analysis.digest);
  const analysis = parseBundle(bundle, plan.analysis.digest);
  const { environments } = await catalog.current();
  const decision = place({ environments }, needsOf(analysis, plan));
  await store.runs.savePlacement(run, decision, canonicalJson(environments));
  if (decision.impossible.length > 0) {
    const datasets = decision.impossible.map(({ dataset }) => dataset);
    throw codeFailure('placement-impossible', [datasets]);
  }
  return { placements: decision.placements.map(brief) };
}

function brief(placement: Placement): Placement {
  return { ...placement, rejected: [] };
}
