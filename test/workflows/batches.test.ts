import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countOf, parseRanges, shardsOf } from '../../contracts/ranges.js';
import { cutBatches, cutOf } from '../../workflows/batches.js';

const LIMITS = { batch: 'auto' as const, pageShards: 500 };

describe('batches', () => {
  it('hold every shard once, in order, within their size and 100 ranges', () => {
    const shards = fc.uniqueArray(fc.nat(300_000), { maxLength: 500 });
    fc.assert(
      fc.property(shards, fc.integer({ min: 1, max: 500 }), (numbers, size) => {
        const sorted = numbers.sort((a, b) => a - b);
        const batches = cutBatches(sorted, size);
        expect(batches.flatMap(shardsOf)).toEqual(sorted);
        for (const batch of batches) {
          expect(countOf(batch)).toBeLessThanOrEqual(size);
          expect(parseRanges(batch).length).toBeLessThanOrEqual(100);
        }
      }),
    );
  });

  it('of consecutive shards are single ranges', () => {
    expect(cutBatches([0, 1, 2, 3, 4, 5, 6], 3)).toEqual(['0-2', '3-5', '6']);
    expect(cutBatches([], 3)).toEqual([]);
  });
});

describe('the cut of a fan-out', () => {
  it('keeps pages below 500 shards and 250 batches', () => {
    expect(cutOf(100_000, 2, { ...LIMITS, batch: 1 })).toMatchObject({ batch: 1, pageShards: 250 });
    expect(cutOf(100_000, 2, { ...LIMITS, batch: 25 }).pageShards).toBe(500);
    expect(cutOf(100_000, 2, { ...LIMITS, batch: 5_000 }).batch).toBe(500);
    expect(cutOf(1_000, 2, { batch: 25, pageShards: 7 }).pageShards).toBe(7);
    expect(cutOf(200_000, 2, { batch: 25, pageShards: 1 }).pageShards).toBe(40);
  });

  it('sizes batches so that twice the slots are busy, and never more jobs are in flight than that', () => {
    expect(cutOf(100, 2, LIMITS)).toEqual({ batch: 50, pageShards: 500, pages: 1, window: 4 });
    expect(cutOf(100_000, 2, LIMITS)).toEqual({ batch: 200, pageShards: 500, pages: 4, window: 1 });
    expect(cutOf(1, 8, LIMITS)).toEqual({ batch: 1, pageShards: 250, pages: 1, window: 16 });
  });
});
