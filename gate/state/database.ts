/** SQLite, synchronous: a decision and its entry in the ledger are one transaction. */
import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'libsql';

export type Db = InstanceType<typeof Database>;

/**
 * @param durability `full`: what was committed survives a power cut (decisions). `normal`: it survives the
 * end of the process (tasks in flight, which the server hands out again).
 */
export function openDatabase(path: string, durability: 'full' | 'normal' = 'full'): Db {
  if (path !== ':memory:') makePrivate(path);
  const db = new Database(path);
  const pragmas = ['journal_mode = WAL', `synchronous = ${durability}`, 'busy_timeout = 5000'];
  for (const pragma of pragmas) db.pragma(pragma);
  return db;
}

/** For the custodian's account alone, whoever made the folder; SQLite's other files take the modes of the first. */
function makePrivate(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  chmodSync(dirname(path), 0o700);
  closeSync(openSync(path, 'a', 0o600));
  for (const file of [path, `${path}-wal`, `${path}-shm`]) {
    if (existsSync(file)) chmodSync(file, 0o600);
  }
}

/** Runs `work` in one transaction that no other writer interrupts; joins one that is open already. */
export function atomically<T>(db: Db, work: () => T): T {
  if (db.inTransaction) return work();
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    db.exec('ROLLBACK');
    throw error;
  }
}

/** JSON records, each known by a few names. */
export interface Records<T> {
  get(...key: string[]): T | undefined;
  put(record: T, ...key: string[]): void;
  /** @returns the record that was there first. */
  keep(record: T, ...key: string[]): T;
}

export function createRecords<T>(db: Db, table: string): Records<T> {
  db.exec(`CREATE TABLE IF NOT EXISTS ${table} (key TEXT PRIMARY KEY, record TEXT NOT NULL)`);
  const select = db.prepare(`SELECT record FROM ${table} WHERE key = ?`);
  const insert = db.prepare(`INSERT OR REPLACE INTO ${table} VALUES (?, ?)`);
  const get: Records<T>['get'] = (...key) => {
    const row = select.get(JSON.stringify(key)) as { record: string } | undefined;
    return row && (JSON.parse(row.record) as T);
  };
  const put: Records<T>['put'] = (record, ...key) => {
    insert.run(JSON.stringify(key), JSON.stringify(record));
  };
  const keep: Records<T>['keep'] = (record, ...key) =>
    atomically(db, () => {
      const first = get(...key);
      if (first === undefined) put(record, ...key);
      return first ?? record;
    });
  return { get, put, keep };
}
