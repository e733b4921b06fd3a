import type {
  PlanPagesInput,
  PlanPagesResult,
  SumPagesInput,
  SumPagesResult,
} from '../../contracts/activities.js';
import { formatRanges, parseRanges, toRanges } from '../../contracts/ranges.js';
import { MOST_RANGES } from '../../contracts/wire/index.js';
import type { HubActivityDeps } from './deps.js';

export async function planPages(
  { store }: HubActivityDeps,
  input: PlanPagesInput,
): Promise<PlanPagesResult> {
  return { pages: toRanges(await store.steps.planPages(input)) };
}

export async function sumPages(
  { store }: HubActivityDeps,
  { shards, ...ref }: SumPagesInput,
): Promise<SumPagesResult> {
  const { failed, open, waived, ...sums } = await store.steps.sums(ref, shards);
  return {
    ...sums,
    failed: someRanges(failed),
    open: someRanges(open),
    waived: someRanges(waived),
  };
}

/** A message holds so many; beyond, a selection is by code or state. */
function someRanges(shards: readonly number[]): string {
  return formatRanges(parseRanges(toRanges(shards)).slice(0, MOST_RANGES));
}
