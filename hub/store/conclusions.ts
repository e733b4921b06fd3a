/** Conclusions that were accepted, and those that were refused, which stay events. */
import { appendEvent, lockRun } from './events.js';
import type { ConclusionStore } from './store.js';
import type { Database } from './tables.js';

export function createConclusionStore(db: Database): ConclusionStore {
  return {
    accept: (run, conclusion) =>
      db.transaction().execute(async (writer) => {
        await lockRun(writer, run);
        const { step, dataset, name, acceptedAt } = conclusion;
        const row = { run, step, dataset, name, view: JSON.stringify(conclusion) };
        const inserted = await writer
          .insertInto('conclusions')
          .values({ ...row, accepted_at: acceptedAt })
          .onConflict((conflict) => conflict.doNothing())
          .executeTakeFirst();
        if (inserted.numInsertedOrUpdatedRows === 0n) return;
        await appendEvent(writer, run, { type: 'conclusion-accepted', data: { ...conclusion } });
      }),
    refuse: (run, refused) =>
      db.transaction().execute(async (writer) => {
        await lockRun(writer, run);
        const { step, dataset, name, why } = refused;
        const key = `refused:${step}@${dataset}/${name}: ${why}`;
        await appendEvent(writer, run, { type: 'conclusion-refused', data: refused, key });
      }),
  };
}
