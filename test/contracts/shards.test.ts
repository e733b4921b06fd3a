import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addBooks,
  booksBalance,
  booksComplete,
  booksOf,
  SHARD_STATES,
} from '../../contracts/shards.js';

const states = fc.string({ unit: fc.constantFrom(...Object.values(SHARD_STATES)), maxLength: 300 });

describe('books', () => {
  it('count one character a shard', () => {
    expect(booksOf('..>+=wx')).toEqual({
      planned: 7,
      done: 2,
      reused: 1,
      waived: 1,
      failed: 1,
      open: 3,
    });
  });

  it('balance whatever the states, also when added', () => {
    fc.assert(
      fc.property(states, states, (a, b) => {
        expect(booksBalance(booksOf(a))).toBe(true);
        expect(addBooks(booksOf(a), booksOf(b))).toEqual(booksOf(a + b));
      }),
    );
  });

  it('are complete only when every shard is done or waived', () => {
    expect(booksComplete(booksOf('+=w'))).toBe(true);
    expect(booksComplete(booksOf('+=.'))).toBe(false);
    expect(booksComplete(booksOf('+x'))).toBe(false);
    expect(booksComplete(booksOf(''))).toBe(true);
  });

  it('do not balance when a shard is missing', () => {
    expect(booksBalance({ ...booksOf('+++'), done: 2 })).toBe(false);
  });
});
