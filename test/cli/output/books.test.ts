import { expect, test } from 'vitest';
import { bar, booksInWords } from '../../../cli/output/books.js';
import { EMPTY_BOOKS } from '../../../contracts/shards.js';

test('a bar tells computed, reused, waived, failed and open shards apart', () => {
  const books = { planned: 10, done: 5, reused: 2, waived: 1, failed: 1, open: 3 };
  expect(bar(books, 10)).toBe('███▒▒wx···');
  expect(booksInWords(books)).toBe('5 of 10, 2 reused, 1 waived, 1 failed');
});

test('a bar is full only when no shard is open', () => {
  expect(bar({ ...EMPTY_BOOKS, planned: 3, done: 2, open: 1 }, 20)).toMatch(/·$/);
  expect(bar({ ...EMPTY_BOOKS, planned: 3, done: 3 }, 20)).not.toMatch(/·/);
});
