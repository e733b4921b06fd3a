/**
 * The hub's Activities over plain maps. It keeps what a store would keep and, after every record, fails loudly when
 * books do not balance: a test that ends has held them at all times.
 */
import { ApplicationFailure } from '@temporalio/common';
import type {
  HubActivities,
  OpenPageInput,
  PageRow,
  PlanRunResult,
  PlannedStep,
  RecordAdmissionInput,
  RecordDecisionInput,
  RecordRunInput,
  RecordStepInput,
  Selection,
  StepRef,
  SumPagesResult,
} from '../../contracts/activities.js';
import type { Code } from '../../contracts/codes.js';
import type { Placement } from '../../contracts/placement.js';
import type { PlanLimits } from '../../contracts/plan.js';
import { isRanges, shardsOf, toRanges, parseRanges, formatRanges } from '../../contracts/ranges.js';
import { EMPTY_BOOKS, addBooks, booksBalance, booksOf } from '../../contracts/shards.js';

export interface MemoryHubOptions {
  steps: PlannedStep[];
  datasets: string[];
  placements: Placement[];
  limits?: Partial<PlanLimits>;
  /** Fails with this code in place of a plan. */
  refuses?: Code;
  /** Called before a page row is recorded; may throw. */
  onRecordPage?: (row: PageRow) => void;
}

const MOST_RANGES = 100;

export class MemoryHub {
  readonly pages = new Map<string, PageRow>();
  readonly runs: RecordRunInput[] = [];
  readonly steps: RecordStepInput[] = [];
  readonly admissions: RecordAdmissionInput[] = [];
  readonly decisions: RecordDecisionInput[] = [];
  readonly accepted: string[] = [];
  readonly faults: string[] = [];
  /** The next ones to be refused by `acceptConclusion`, by `<step>@<dataset>/<name>`. */
  readonly distrusted = new Set<string>();
  readonly #options: MemoryHubOptions;

  constructor(options: MemoryHubOptions) {
    this.#options = options;
  }

  lastStep(step: string, dataset: string): RecordStepInput | undefined {
    return this.steps.findLast((row) => row.step === step && row.dataset === dataset);
  }

  rowsOf(ref: StepRef): PageRow[] {
    const rows = [...this.pages.values()].filter((row) => isOf(row, ref));
    return rows.sort((a, b) => a.page - b.page);
  }

  /** The states of all shards, in order. */
  states(ref: StepRef): string {
    return this.rowsOf(ref)
      .map(({ states }) => states)
      .join('');
  }

  activities(): HubActivities {
    return {
      planRun: async () => this.#plan(),
      placeRun: async () => ({ placements: this.#options.placements }),
      recordRun: async (input) => void this.runs.push(input),
      recordAdmission: async (input) => void this.admissions.push(input),
      recordStep: async (input) => this.#recordStep(input),
      planPages: async (input) => ({ pages: this.#pagesOf(input) }),
      openPage: async (input) => this.#open(input),
      recordPage: async (row) => this.#record(row),
      sumPages: async (input) => this.#sum(input, input.shards),
      waiveShards: async (input) => ({ waived: this.#waive(input, input.selection) }),
      recordDecision: async (input) => void this.decisions.push(input),
      acceptConclusion: async ({ step, dataset, conclusion }) => {
        const { name, sha256, statement } = conclusion;
        const key = `${step}@${dataset}/${name}`;
        if (this.distrusted.delete(key))
          throw ApplicationFailure.nonRetryable('not signed', 'signature-invalid');
        this.accepted.push(key);
        return { conclusion: { step, dataset, name, sha256, statement } };
      },
    };
  }

  #plan(): PlanRunResult {
    const { steps, datasets, limits, refuses } = this.#options;
    if (refuses) throw ApplicationFailure.nonRetryable('refused', refuses);
    return {
      plan: 'a'.repeat(64),
      analysis: { name: 'association', version: '1.0.0', digest: 'b'.repeat(64), title: 'Test' },
      datasets,
      steps,
      limits: { batch: 'auto', pageShards: 500, ...limits },
    };
  }

  #recordStep(input: RecordStepInput): void {
    if (!booksBalance(input.books)) this.faults.push(`step ${input.step} does not balance`);
    this.steps.push(input);
  }

  #pagesOf(input: StepRef & { shards: number; pageShards: number; selection: Selection }): string {
    const { run, step, dataset, shards, pageShards, selection } = input;
    const pages: number[] = [];
    for (let page = 0; page * pageShards < shards; page += 1) {
      const row = this.pages.get(keyOf({ run, step, dataset, page }));
      const first = page * pageShards;
      const count = Math.min(pageShards, shards - first);
      const known = row ?? newRow({ run, step, dataset, page, first, count });
      if (selected(known, selection).length > 0) pages.push(page);
    }
    return toRanges(pages);
  }

  #open(input: OpenPageInput): PageRow {
    const row = this.pages.get(keyOf(input)) ?? newRow(input);
    if (row.first !== input.first || row.states.length !== input.count)
      this.faults.push(`page ${keyOf(input)} was cut otherwise before`);
    this.pages.set(keyOf(input), row);
    return row;
  }

  #record(row: PageRow): void {
    this.#options.onRecordPage?.(row);
    const known = this.pages.get(keyOf(row));
    if (!known) throw ApplicationFailure.nonRetryable('never opened', 'internal');
    if (row.revision <= known.revision) return;
    if (row.states.length !== known.states.length) this.faults.push('a page changed its length');
    if (!booksBalance(booksOf(row.states))) this.faults.push('a page does not balance');
    for (const ranges of Object.values(row.codes))
      if (!isRanges(ranges)) this.faults.push(`not ranges: ${ranges}`);
    this.#checkDone(known, row);
    this.pages.set(keyOf(row), row);
  }

  /** What was done stays done. */
  #checkDone(before: PageRow, after: PageRow): void {
    [...before.states].forEach((state, offset) => {
      if ('+=w'.includes(state) && after.states[offset] !== state)
        this.faults.push(`shard ${before.first + offset} was ${state}`);
    });
  }

  #sum(ref: StepRef, shards: number): SumPagesResult {
    const rows = this.rowsOf(ref);
    const recorded = rows.map(({ states }) => booksOf(states)).reduce(addBooks, EMPTY_BOOKS);
    const unopened = shards - recorded.planned;
    const books = { ...recorded, planned: shards, open: recorded.open + unopened };
    if (!booksBalance(books)) this.faults.push('sums do not balance');
    const codes: Record<string, number> = {};
    const counts: Record<string, number> = {};
    for (const row of rows) {
      for (const [code, ranges] of Object.entries(row.codes))
        codes[code] = (codes[code] ?? 0) + shardsOf(ranges).length;
      for (const [list, count] of Object.entries(row.counts))
        counts[list] = (counts[list] ?? 0) + count;
    }
    const ranges = (states: string): string => first100(shardsIn(rows, states));
    return { books, codes, counts, failed: ranges('x'), open: ranges('.>'), waived: ranges('w') };
  }

  #waive(ref: StepRef, selection: Selection): number {
    let waived = 0;
    const rows = this.rowsOf(ref);
    const all = [...shardsIn(rows, 'w'), ...rows.flatMap((row) => selected(row, selection))];
    if (parseRanges(toRanges(all)).length > MOST_RANGES)
      throw ApplicationFailure.nonRetryable('too scattered', 'invalid-request');
    for (const row of rows) {
      const shards = selected(row, selection);
      const states = [...row.states];
      for (const shard of shards) states[shard - row.first] = 'w';
      const codes = Object.fromEntries(
        Object.entries(row.codes).flatMap(([code, ranges]) => {
          const left = toRanges(shardsOf(ranges).filter((shard) => !shards.includes(shard)));
          return left === '' ? [] : [[code, left]];
        }),
      );
      const revision = row.revision + 1;
      this.pages.set(keyOf(row), { ...row, states: states.join(''), codes, revision });
      waived += shards.length;
    }
    return waived;
  }
}

function keyOf({ run, step, dataset, page }: StepRef & { page: number }): string {
  return `${run}/${step}@${dataset}/${page}`;
}

function isOf(row: StepRef, ref: StepRef): boolean {
  return row.run === ref.run && row.step === ref.step && row.dataset === ref.dataset;
}

function newRow({ run, step, dataset, page, first, count }: OpenPageInput): PageRow {
  const states = '.'.repeat(count);
  return { run, step, dataset, page, first, states, codes: {}, counts: {}, revision: 0 };
}

function selected(row: PageRow, { kind, ranges, code }: Selection): number[] {
  const kinds = kind === 'all' ? '.>' : '.>x';
  const wanted =
    kind === 'ranges' ? ranges : kind === 'code' ? (row.codes[code ?? ''] ?? '') : null;
  const set = wanted === null ? null : new Set(shardsOf(wanted));
  return shardsIn([row], kinds).filter((shard) => set === null || set.has(shard));
}

function shardsIn(rows: readonly PageRow[], kinds: string): number[] {
  return rows.flatMap(({ first, states }) =>
    [...states].flatMap((state, offset) => (kinds.includes(state) ? [first + offset] : [])),
  );
}

function first100(shards: number[]): string {
  return formatRanges(parseRanges(toRanges(shards)).slice(0, MOST_RANGES));
}
