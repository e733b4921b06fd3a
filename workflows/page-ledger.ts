/** One page's row while its Workflow works on it: the state of each shard, and the code that explains it. */
import type { PageRow, Selection } from '../contracts/activities.js';
import { isCode, type Code } from '../contracts/codes.js';
import { parseRanges, shardsOf, toRanges } from '../contracts/ranges.js';
import {
  SHARD_STATES,
  booksOf,
  isShardState,
  type Books,
  type ShardState,
} from '../contracts/shards.js';

/** Of `codes` in a row: with states and names it stays below 4 KiB. */
const MOST_CODES_BYTES = 2_800;

const OPEN: readonly string[] = [SHARD_STATES.open, SHARD_STATES.running];

export class PageLedger {
  readonly #row: PageRow;
  readonly #states: ShardState[];
  readonly #codes = new Map<number, Code>();
  readonly #counts: Record<string, number>;
  #revision: number;

  constructor(row: PageRow) {
    this.#row = row;
    this.#states = [...row.states].map((state) => (isShardState(state) ? state : '.'));
    this.#counts = { ...row.counts };
    this.#revision = row.revision;
    for (const [code, ranges] of Object.entries(row.codes)) {
      if (isCode(code)) for (const shard of shardsOf(ranges)) this.#codes.set(shard, code);
    }
  }

  /** The selected shards, ascending. Shards that are done or waived are never selected. */
  select(selection: Selection): number[] {
    const ranges = parseRanges(selection.ranges);
    const matches = (shard: number): boolean => {
      if (selection.kind === 'ranges')
        return ranges.some(({ first, last }) => first <= shard && shard <= last);
      return selection.kind !== 'code' || this.#codes.get(shard) === selection.code;
    };
    const kinds = selection.kind === 'all' ? OPEN : [...OPEN, SHARD_STATES.failed];
    return this.#states.flatMap((state, offset) => {
      const shard = this.#row.first + offset;
      return kinds.includes(state) && matches(shard) ? [shard] : [];
    });
  }

  /** Shards outside the page are passed over. @param code explains a failed or open shard. */
  set(shard: number, state: ShardState, code: Code | null = null): void {
    const offset = shard - this.#row.first;
    if (offset < 0 || offset >= this.#states.length) return;
    this.#states[offset] = state;
    if (code === null) this.#codes.delete(shard);
    else this.#codes.set(shard, code);
  }

  setAll(shards: Iterable<number>, state: ShardState, code: Code | null = null): void {
    for (const shard of shards) this.set(shard, state, code);
  }

  addCounts(counts: Record<string, number>): void {
    for (const [list, items] of Object.entries(counts))
      this.#counts[list] = (this.#counts[list] ?? 0) + items;
  }

  /** What still counts as running is open again; with `code`, every open shard is explained by it. */
  settle(code: Code | null = null): boolean {
    let isChanged = false;
    this.#states.forEach((state, offset) => {
      if (state !== '>' && (code === null || state !== '.')) return;
      this.set(this.#row.first + offset, '.', code);
      isChanged = true;
    });
    return isChanged;
  }

  get books(): Books {
    return booksOf(this.#states.join(''));
  }

  get counts(): Record<string, number> {
    return { ...this.#counts };
  }

  /** code -> ranges. */
  codes(): Record<string, string> {
    const shards = new Map<Code, number[]>();
    for (const [shard, code] of this.#codes) shards.set(code, [...(shards.get(code) ?? []), shard]);
    return rangesWithin(shards, MOST_CODES_BYTES);
  }

  /** The row to be recorded next. */
  nextRow(): PageRow {
    this.#revision += 1;
    return {
      ...this.#row,
      states: this.#states.join(''),
      codes: this.codes(),
      counts: this.counts,
      revision: this.#revision,
    };
  }
}

/**
 * Scattered shards under several codes can outgrow a message. Then the rarest code is told as the commonest one:
 * how many failed stays exact, why is blurred.
 */
function rangesWithin(shards: Map<Code, number[]>, mostBytes: number): Record<string, string> {
  const byCount = [...shards].sort(([, a], [, b]) => b.length - a.length);
  for (;;) {
    const ranges = Object.fromEntries(byCount.map(([code, list]) => [code, toRanges(list)]));
    const rarest = JSON.stringify(ranges).length > mostBytes ? byCount.pop() : undefined;
    const commonest = byCount[0];
    if (!rarest || !commonest) return ranges;
    commonest[1] = [...commonest[1], ...rarest[1]];
  }
}
