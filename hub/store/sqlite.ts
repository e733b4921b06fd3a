/** The store on SQLite: one file, shared by the control worker and the API. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { Kysely, Migrator, SqliteDialect, sql, type SqliteDatabase } from 'kysely';
import SqliteConnection from 'libsql';
import { createConclusionStore } from './conclusions.js';
import { createEventStore } from './events.js';
import { MIGRATIONS } from './migrations.js';
import { createOfferStore } from './offers.js';
import { createRequestStore } from './requests.js';
import { createRunStore } from './runs.js';
import { createStepStore } from './steps.js';
import type { Store } from './store.js';
import type { Database, Tables } from './tables.js';

/** How long a writer waits for the other process. */
const BUSY_MILLISECONDS = 10_000;

/** @param path of the database file; made with its folder, and brought to the newest migration. */
export async function openSqliteStore(path: string): Promise<Store> {
  mkdirSync(dirname(path), { recursive: true });
  const connection = new SqliteConnection(path, { timeout: BUSY_MILLISECONDS });
  connection.pragma('journal_mode = WAL');
  // FULL: a commit that an Activity reported survives the end of the machine as well.
  connection.pragma('synchronous = FULL');
  const database = connection as unknown as SqliteDatabase;
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database }) });
  await migrate(db);
  return createStore(db);
}

async function migrate(db: Database): Promise<void> {
  const provider = { getMigrations: async () => MIGRATIONS };
  for (let attempt = 1; ; attempt += 1) {
    const { error } = await new Migrator({ db, provider }).migrateToLatest();
    if (error === undefined) return;
    // The other process may be at the same migration.
    if (attempt === 5) throw error instanceof Error ? error : new Error('the migration failed');
    await new Promise((resolve) => setTimeout(resolve, 200 * attempt));
  }
}

function createStore(db: Database): Store {
  return {
    requests: createRequestStore(db),
    runs: createRunStore(db),
    steps: createStepStore(db),
    conclusions: createConclusionStore(db),
    events: createEventStore(db),
    offers: createOfferStore(db),
    ping: async () => void (await sql`select 1`.execute(db)),
    close: () => db.destroy(),
  };
}
