/** A person goes on without some shards. */
import type { StepRef, WaiveShardsInput } from '../../contracts/activities.js';
import { shardsOf, toRanges } from '../../contracts/ranges.js';
import { booksOf, SHARD_STATES } from '../../contracts/shards.js';
import { appendEvent } from './events.js';
import { allPages, type CutPage } from './plan-pages.js';
import { selectShards } from './selection.js';
import type { Writer } from './tables.js';

/** @returns how many shards were waived; of a repetition, how many the first one waived. */
export async function waiveShards(
  writer: Writer,
  input: WaiveShardsInput,
  key: string,
): Promise<number> {
  const { run, step, dataset, selection, by, reason } = input;
  const known = await writer
    .selectFrom('decisions')
    .select('shards')
    .where((row) => row.and({ run, key }))
    .executeTakeFirst();
  if (known) return known.shards ?? 0;
  let waived = 0;
  for (const page of await allPages(writer, input)) {
    const shards = selectShards(page, selection);
    if (shards.length > 0) await writePage(writer, { run, step, dataset }, waivePage(page, shards));
    waived += shards.length;
  }
  const row = { run, key, kind: 'waived-shards', selection: JSON.stringify(selection), by, reason };
  const at = new Date().toISOString();
  await writer
    .insertInto('decisions')
    .values({ ...row, at, shards: waived })
    .execute();
  return waived;
}

function waivePage(page: CutPage, shards: readonly number[]): CutPage {
  const chosen = new Set(shards);
  const states = [...page.states].map((state, offset) =>
    chosen.has(page.first + offset) ? SHARD_STATES.waived : state,
  );
  const codes = Object.entries(page.codes).flatMap(([code, ranges]) => {
    const left = toRanges(shardsOf(ranges).filter((shard) => !chosen.has(shard)));
    return left === '' ? [] : [[code, left] as const];
  });
  const revision = page.revision + 1;
  return { ...page, states: states.join(''), codes: Object.fromEntries(codes), revision };
}

async function writePage(writer: Writer, ref: StepRef, page: CutPage): Promise<void> {
  const { states, revision, first } = page;
  const values = { states, codes: JSON.stringify(page.codes), revision };
  await writer
    .insertInto('pages')
    .values({ ...ref, page: page.page, first, counts: '{}', ...values })
    .onConflict((conflict) =>
      conflict.columns(['run', 'step', 'dataset', 'page']).doUpdateSet(values),
    )
    .execute();
  const { step, dataset } = ref;
  const data = { step, dataset, page: page.page, first, states, codes: page.codes };
  await appendEvent(writer, ref.run, {
    type: 'page-recorded',
    data: { ...data, books: booksOf(states) },
  });
}
