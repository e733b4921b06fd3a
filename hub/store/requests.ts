/** Accepted requests, by the run that their project and idempotency key name. */
import { parseJson, type Database, type Reader, type Tables } from './tables.js';
import type { AcceptedRequest, RequestStore } from './store.js';
import type { Selectable } from 'kysely';

export function createRequestStore(db: Database): RequestStore {
  return {
    async claim({ run, requester, request, digest, acceptedAt }) {
      await db
        .insertInto('requests')
        .values({
          run,
          project: request.project,
          requester,
          request: JSON.stringify(request),
          digest,
          accepted_at: acceptedAt,
          is_started: 0,
        })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      const kept = await findRequest(db, run);
      if (kept === undefined) throw new Error(`the request of ${run} was not kept`);
      return kept;
    },
    find: (run) => findRequest(db, run),
    async markStarted(run) {
      await db.updateTable('requests').set({ is_started: 1 }).where('run', '=', run).execute();
    },
  };
}

export async function findRequest(db: Reader, run: string): Promise<AcceptedRequest | undefined> {
  const row = await db.selectFrom('requests').selectAll().where('run', '=', run).executeTakeFirst();
  return row && requestOf(row);
}

export function requestOf(row: Selectable<Tables['requests']>): AcceptedRequest {
  return {
    run: row.run,
    requester: row.requester,
    request: parseJson(row.request),
    digest: row.digest,
    acceptedAt: row.accepted_at,
    isStarted: row.is_started === 1,
  };
}
