/** Events of a run: a sequence of its own, kept in the transaction of what they tell. */
import type { RunEvent, RunEventType } from '../../contracts/run.js';
import { parseJson, type Database, type Writer } from './tables.js';
import type { EventStore } from './store.js';

export interface NewEvent {
  type: RunEventType;
  data: Record<string, unknown>;
  /** The same for a repetition of the same event, which is not kept twice. */
  key?: string;
}

/**
 * The first statement of every transaction on a run: a write, so that two processes queue for the lock here
 * and not in the middle, and two writers of one run follow each other.
 * @returns false when the run is unknown.
 */
export async function lockRun(writer: Writer, run: string): Promise<boolean> {
  const result = await writer
    .updateTable('runs')
    .set((row) => ({ sequence: row.ref('sequence') }))
    .where('run', '=', run)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** @returns false when the event's key is known. */
export async function appendEvent(
  writer: Writer,
  run: string,
  { type, data, key }: NewEvent,
): Promise<boolean> {
  if (key !== undefined && (await isKnown(writer, run, key))) return false;
  const { sequence } = await writer
    .updateTable('runs')
    .set((row) => ({ sequence: row('sequence', '+', 1) }))
    .where('run', '=', run)
    .returning('sequence')
    .executeTakeFirstOrThrow();
  const row = { run, sequence, at: new Date().toISOString(), type, data: JSON.stringify(data) };
  await writer
    .insertInto('events')
    .values({ ...row, key: key ?? null })
    .execute();
  return true;
}

async function isKnown(writer: Writer, run: string, key: string): Promise<boolean> {
  const row = await writer
    .selectFrom('events')
    .select('sequence')
    .where('run', '=', run)
    .where('key', '=', key)
    .executeTakeFirst();
  return row !== undefined;
}

export function createEventStore(db: Database): EventStore {
  return {
    async after(run, sequence, limit) {
      const rows = await db
        .selectFrom('events')
        .select(['sequence', 'at', 'type', 'data'])
        .where('run', '=', run)
        .where('sequence', '>', sequence)
        .orderBy('sequence')
        .limit(limit)
        .execute();
      return rows.map((row): RunEvent => ({
        run,
        sequence: row.sequence,
        at: row.at,
        type: row.type as RunEventType,
        data: parseJson(row.data),
      }));
    },
  };
}
