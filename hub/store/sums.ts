/** What a fan-out's page rows add up to. */
import { shardsOf } from '../../contracts/ranges.js';
import { addBooks, booksOf, EMPTY_BOOKS, SHARD_STATES } from '../../contracts/shards.js';
import type { FanOutSums } from './store.js';
import { parseJson } from './tables.js';

export interface StoredPage {
  first: number;
  states: string;
  codes: string;
  counts: string;
}

/** @param shards how many the step has: those without a page are open. */
export function sumPages(pages: readonly StoredPage[], shards: number): FanOutSums {
  const recorded = pages.map(({ states }) => booksOf(states)).reduce(addBooks, EMPTY_BOOKS);
  const planned = Math.max(shards, recorded.planned);
  const books = { ...recorded, planned, open: recorded.open + planned - recorded.planned };
  const codes: Record<string, number> = {};
  const counts: Record<string, number> = {};
  for (const page of pages) {
    for (const [code, ranges] of Object.entries(parseJson<Record<string, string>>(page.codes)))
      codes[code] = (codes[code] ?? 0) + shardsOf(ranges).length;
    for (const [list, count] of Object.entries(parseJson<Record<string, number>>(page.counts)))
      counts[list] = (counts[list] ?? 0) + count;
  }
  return { books, codes, counts, ...shardsByState(pages, planned) };
}

function shardsByState(
  pages: readonly StoredPage[],
  planned: number,
): Pick<FanOutSums, 'failed' | 'open' | 'waived'> {
  const states: string[] = Array.from({ length: planned }, () => SHARD_STATES.open);
  for (const page of pages)
    [...page.states].forEach((state, offset) => (states[page.first + offset] = state));
  const those = (kinds: string): number[] =>
    states.flatMap((state, shard) => (kinds.includes(state) ? [shard] : []));
  return { failed: those('x'), open: those('.>'), waived: those('w') };
}
