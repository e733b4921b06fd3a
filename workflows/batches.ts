/** How a fan-out is cut: shards into pages, a page's selected shards into batches. */
import { formatRanges, type ShardRange } from '../contracts/ranges.js';
import { MOST_RANGES } from '../contracts/wire/index.js';
import type { PlanLimits } from '../contracts/plan.js';

const MOST_PAGE_SHARDS = 500;
/** A page of more Activities would not replay in under a second. */
const MOST_PAGE_BATCHES = 250;
const MOST_AUTO_BATCH = 200;
const PAGES_IN_FLIGHT = 4;
/** Their numbers, scattered by a selection, have to fit one message. */
const MOST_PAGES = 5_000;

export interface Cut {
  batch: number;
  pageShards: number;
  /** Pages at a time. */
  pages: number;
  /** Jobs at a time in one page. */
  window: number;
}

/**
 * The same for every try of a step, as page rows keep their bounds.
 * @param slots jobs at a time that the environment offers; twice as many are kept in flight, so that none idles.
 */
export function cutOf(shards: number, slots: number, limits: PlanLimits): Cut {
  const inFlight = 2 * Math.max(slots, 1);
  // A job a slot: each costs the start of a Python, and a kill redoes at most what was in flight.
  const auto = Math.min(Math.max(Math.ceil(shards / Math.max(slots, 1)), 1), MOST_AUTO_BATCH);
  const batch = Math.min(limits.batch === 'auto' ? auto : limits.batch, MOST_PAGE_SHARDS);
  const wanted = Math.max(limits.pageShards, Math.ceil(shards / MOST_PAGES));
  const pageShards = Math.min(MOST_PAGE_SHARDS, MOST_PAGE_BATCHES * batch, wanted);
  const pages = Math.max(Math.min(PAGES_IN_FLIGHT, Math.ceil(shards / pageShards)), 1);
  return { batch, pageShards, pages, window: Math.ceil(inFlight / pages) };
}

/**
 * @param shards ascending.
 * @returns ranges of at most `size` shards each, and of few enough ranges to fit a message.
 */
export function cutBatches(shards: readonly number[], size: number): string[] {
  const batches: string[] = [];
  let ranges: ShardRange[] = [];
  let held = 0;
  const flush = (): void => {
    if (ranges.length > 0) batches.push(formatRanges(ranges));
    ranges = [];
    held = 0;
  };
  for (const shard of shards) {
    const last = ranges.at(-1);
    const joins = last?.last === shard - 1;
    if (held === size || (!joins && ranges.length === MOST_RANGES)) flush();
    const current = ranges.at(-1);
    if (current && joins) current.last = shard;
    else ranges.push({ first: shard, last: shard });
    held += 1;
  }
  flush();
  return batches;
}
