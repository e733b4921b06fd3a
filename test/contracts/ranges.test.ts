import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countOf, isRanges, shardsOf, toRanges } from '../../contracts/ranges.js';

describe('ranges', () => {
  it('write shards as ascending ranges', () => {
    expect(toRanges([3, 41, 17, 40, 3])).toBe('3,17,40-41');
    expect(toRanges([])).toBe('');
  });

  it('come back as the same set', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(5000)), (shards) => {
        const sorted = [...shards].sort((a, b) => a - b);
        expect(shardsOf(toRanges(shards))).toEqual(sorted);
        expect(countOf(toRanges(shards))).toBe(shards.length);
      }),
    );
  });

  it.each(['5-3', '1,1', '3,2', '1-', 'a', '1,,2', ' 1', '0-4,4-6', '-1'])('refuse %j', (text) => {
    expect(isRanges(text)).toBe(false);
  });
});
