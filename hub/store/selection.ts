/** Which shards of a page a selection means. */
import type { Selection } from '../../contracts/activities.js';
import { parseRanges, shardsOf } from '../../contracts/ranges.js';

export interface SelectablePage {
  first: number;
  states: string;
  /** code -> ranges. */
  codes: Record<string, string>;
}

/** @returns ascending; what is done, reused or waived is never selected. */
export function selectShards(
  { first, states, codes }: SelectablePage,
  { kind, ranges, code }: Selection,
): number[] {
  const wanted = parseRanges(ranges);
  const explained = new Set(kind === 'code' ? shardsOf(codes[code ?? ''] ?? '') : []);
  const matches = (shard: number): boolean => {
    if (kind === 'ranges')
      return wanted.some((range) => range.first <= shard && shard <= range.last);
    return kind !== 'code' || explained.has(shard);
  };
  const kinds = kind === 'all' ? '.>' : '.>x';
  return [...states].flatMap((state, offset) =>
    kinds.includes(state) && matches(first + offset) ? [first + offset] : [],
  );
}
