/** Steps and their pages: one row a page, one character a shard. */
import type {
  OpenPageInput,
  PageRow,
  RecordStepInput,
  StepRef,
} from '../../contracts/activities.js';
import { booksBalance, booksOf } from '../../contracts/shards.js';
import { appendEvent, lockRun } from './events.js';
import { planPages } from './plan-pages.js';
import type { StepStore } from './store.js';
import { sumPages, type StoredPage } from './sums.js';
import { parseJson, type Database, type Reader, type Writer } from './tables.js';
import { waiveShards } from './waive.js';

export function createStepStore(db: Database): StepStore {
  const inRun = <T>(run: string, act: (writer: Writer) => Promise<T>): Promise<T> =>
    db.transaction().execute(async (writer) => {
      if (!(await lockRun(writer, run))) throw new Error(`the run ${run} was never begun`);
      return act(writer);
    });
  return {
    record: (input) => inRun(input.run, (writer) => recordStep(writer, input)),
    planPages: (input) => inRun(input.run, (writer) => planPages(writer, input)),
    openPage: (input) => inRun(input.run, (writer) => openPage(writer, input)),
    recordPage: (row) => inRun(row.run, (writer) => recordPage(writer, row)),
    sums: async (ref, shards) => sumPages(await pagesOf(db, ref), shards),
    waive: (input, key) => inRun(input.run, (writer) => waiveShards(writer, input, key)),
  };
}

async function recordStep(writer: Writer, input: RecordStepInput): Promise<void> {
  const { run, step, dataset, environment, state } = input;
  if (!booksBalance(input.books)) throw new RangeError(`${step}@${dataset}: books do not balance`);
  const next = {
    environment,
    state,
    books: JSON.stringify(input.books),
    codes: JSON.stringify(input.codes),
  };
  const known = await writer
    .selectFrom('steps')
    .select(['environment', 'state', 'books', 'codes'])
    .where((row) => row.and({ run, step, dataset }))
    .executeTakeFirst();
  if (known && JSON.stringify(known) === JSON.stringify(next)) return;
  const { count } = await writer
    .selectFrom('steps')
    .select((row) => row.fn.countAll<number>().as('count'))
    .where('run', '=', run)
    .executeTakeFirstOrThrow();
  await writer
    .insertInto('steps')
    .values({ run, step, dataset, ...next, position: Number(count) })
    .onConflict((conflict) => conflict.columns(['run', 'step', 'dataset']).doUpdateSet(next))
    .execute();
  const data = { step, dataset, environment, state, books: input.books, codes: input.codes };
  await appendEvent(writer, run, { type: 'step-changed', data });
}

export async function pagesOf(
  db: Reader,
  { run, step, dataset }: StepRef,
): Promise<(StoredPage & { page: number; revision: number })[]> {
  return db
    .selectFrom('pages')
    .select(['page', 'first', 'states', 'codes', 'counts', 'revision'])
    .where((row) => row.and({ run, step, dataset }))
    .orderBy('page')
    .execute();
}

/** @throws RangeError when the page is known with other shards: a fan-out is cut once. */
async function openPage(writer: Writer, input: OpenPageInput): Promise<PageRow> {
  const { run, step, dataset, page, first, count } = input;
  await writer
    .insertInto('pages')
    .values({
      ...{ run, step, dataset, page, first },
      states: '.'.repeat(count),
      codes: '{}',
      counts: '{}',
      revision: 0,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const row = await findPage(writer, input);
  if (row.first !== first || row.states.length !== count)
    throw new RangeError(`${step}@${dataset}, page ${page}: it was cut otherwise before`);
  return row;
}

async function findPage(
  writer: Writer,
  { run, step, dataset, page }: StepRef & { page: number },
): Promise<PageRow> {
  const row = await writer
    .selectFrom('pages')
    .selectAll()
    .where((where) => where.and({ run, step, dataset, page }))
    .executeTakeFirstOrThrow();
  return { ...row, codes: parseJson(row.codes), counts: parseJson(row.counts) };
}

async function recordPage(writer: Writer, row: PageRow): Promise<void> {
  const { run, step, dataset, page, states, revision } = row;
  const known = await findPage(writer, row);
  if (revision <= known.revision) return;
  if (states.length !== known.states.length)
    throw new RangeError(`${step}@${dataset}, page ${page}: it changed its length`);
  const books = booksOf(states);
  await writer
    .updateTable('pages')
    .set({
      states,
      codes: JSON.stringify(row.codes),
      counts: JSON.stringify(row.counts),
      revision,
    })
    .where((where) => where.and({ run, step, dataset, page }))
    .execute();
  const data = { step, dataset, page, first: row.first, states, books, codes: row.codes };
  await appendEvent(writer, run, { type: 'page-recorded', data });
}
