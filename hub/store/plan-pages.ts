/** The pages of a fan-out: kept as it is cut, so that shards without a page yet are known too. */
import type { PlanPagesInput, StepRef } from '../../contracts/activities.js';
import { selectShards } from './selection.js';
import { parseJson, type Writer } from './tables.js';

export async function planPages(
  writer: Writer,
  { run, step, dataset, shards, pageShards, selection }: PlanPagesInput,
): Promise<number[]> {
  const cut = { shards, page_shards: pageShards };
  await writer
    .insertInto('fan_outs')
    .values({ run, step, dataset, ...cut })
    .onConflict((conflict) => conflict.columns(['run', 'step', 'dataset']).doUpdateSet(cut))
    .execute();
  const pages = await allPages(writer, { run, step, dataset });
  return pages.flatMap((page) => (selectShards(page, selection).length > 0 ? [page.page] : []));
}

export interface CutPage {
  page: number;
  first: number;
  states: string;
  codes: Record<string, string>;
  revision: number;
  isOpened: boolean;
}

/** Every page of a step in one place: as recorded, or as it will be opened. */
export async function allPages(
  writer: Writer,
  { run, step, dataset }: StepRef,
): Promise<CutPage[]> {
  const rows = await writer
    .selectFrom('pages')
    .select(['page', 'first', 'states', 'codes', 'revision'])
    .where((row) => row.and({ run, step, dataset }))
    .orderBy('page')
    .execute();
  const opened = new Map(
    rows.map((row) => [
      row.page,
      { ...row, codes: parseJson<CutPage['codes']>(row.codes), isOpened: true },
    ]),
  );
  const cut = await writer
    .selectFrom('fan_outs')
    .select(['shards', 'page_shards'])
    .where((row) => row.and({ run, step, dataset }))
    .executeTakeFirst();
  if (cut === undefined) return [...opened.values()];
  return Array.from({ length: Math.ceil(cut.shards / cut.page_shards) }, (_, page) => {
    const first = page * cut.page_shards;
    const count = Math.min(cut.page_shards, cut.shards - first);
    const fresh = {
      page,
      first,
      states: '.'.repeat(count),
      codes: {},
      revision: 0,
      isOpened: false,
    };
    return opened.get(page) ?? fresh;
  });
}
