/** Shard states, one character each, and the books kept over them. */

export const SHARD_STATES = {
  open: '.',
  running: '>',
  done: '+',
  reused: '=',
  waived: 'w',
  failed: 'x',
} as const;

export type ShardState = (typeof SHARD_STATES)[keyof typeof SHARD_STATES];

const STATES: ReadonlySet<string> = new Set(Object.values(SHARD_STATES));

export function isShardState(value: string): value is ShardState {
  return STATES.has(value);
}

/**
 * The books of a fan-out. Invariant: planned = done + waived + failed + open, at all times.
 * `reused` is a part of `done`; a running shard is open.
 */
export interface Books {
  planned: number;
  done: number;
  reused: number;
  waived: number;
  failed: number;
  open: number;
}

export const EMPTY_BOOKS: Books = { planned: 0, done: 0, reused: 0, waived: 0, failed: 0, open: 0 };

/** @param states one character a shard. */
export function booksOf(states: string): Books {
  const books = { ...EMPTY_BOOKS, planned: states.length };
  for (const state of states) {
    if (state === SHARD_STATES.done || state === SHARD_STATES.reused) books.done += 1;
    else if (state === SHARD_STATES.waived) books.waived += 1;
    else if (state === SHARD_STATES.failed) books.failed += 1;
    else books.open += 1;
    if (state === SHARD_STATES.reused) books.reused += 1;
  }
  return books;
}

export function addBooks(a: Books, b: Books): Books {
  return {
    planned: a.planned + b.planned,
    done: a.done + b.done,
    reused: a.reused + b.reused,
    waived: a.waived + b.waived,
    failed: a.failed + b.failed,
    open: a.open + b.open,
  };
}

export function booksBalance({ planned, done, waived, failed, open, reused }: Books): boolean {
  return planned === done + waived + failed + open && reused <= done;
}

/** Whether every shard is done or waived: only then may what reads them start. */
export function booksComplete({ planned, done, waived }: Books): boolean {
  return planned === done + waived;
}
