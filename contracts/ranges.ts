/**
 * Sets of shard numbers as text: ascending ranges, e.g. `0-24` or `3,17,40-41`. The empty set is `''`.
 */

const RANGES_PATTERN = /^(\d+(-\d+)?(,\d+(-\d+)?)*)?$/;

export interface ShardRange {
  first: number;
  last: number;
}

/** @throws RangeError when the text is no ascending list of ranges. */
export function parseRanges(text: string): ShardRange[] {
  if (!RANGES_PATTERN.test(text))
    throw new RangeError('not a list of ranges such as 0-24 or 3,17,40-41');
  const ranges = text === '' ? [] : text.split(',').map(parseRange);
  let previous = -1;
  for (const { first, last } of ranges) {
    if (first <= previous || last < first)
      throw new RangeError('ranges must ascend and not overlap');
    previous = last;
  }
  return ranges;
}

function parseRange(text: string): ShardRange {
  const [first = '', last = first] = text.split('-');
  return { first: Number(first), last: Number(last) };
}

export function isRanges(text: string): boolean {
  try {
    parseRanges(text);
    return true;
  } catch {
    return false;
  }
}

export function shardsOf(text: string): number[] {
  return parseRanges(text).flatMap(({ first, last }) =>
    Array.from({ length: last - first + 1 }, (_, offset) => first + offset),
  );
}

export function countOf(text: string): number {
  return parseRanges(text).reduce((sum, { first, last }) => sum + last - first + 1, 0);
}

/** @param shards shard numbers in any order; duplicates are dropped. */
export function toRanges(shards: Iterable<number>): string {
  const ranges: ShardRange[] = [];
  for (const shard of [...new Set(shards)].sort((a, b) => a - b)) {
    const current = ranges.at(-1);
    if (current && shard === current.last + 1) current.last = shard;
    else ranges.push({ first: shard, last: shard });
  }
  return formatRanges(ranges);
}

export function formatRanges(ranges: readonly ShardRange[]): string {
  return ranges
    .map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`))
    .join(',');
}
