/** SQLite, synchronous: a decision and its entry in the ledger are one transaction. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'libsql';

export type Db = InstanceType<typeof Database>;

/**
 * @param durability `full`: what was committed survives a power cut (decisions). `normal`: it survives the
 * end of the process (tasks in flight, which the server hands out again).
 */
export function openDatabase(path: string, durability: 'full' | 'normal' = 'full'): Db {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  db.pragma(`synchronous = ${durability}`);
  db.pragma('busy_timeout = 5000');
  return db;
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

/** Rows known by a few text columns, each holding one JSON record. */
export interface Records<T> {
  get(key: readonly string[]): T | undefined;
  put(key: readonly string[], record: T): void;
  /** @returns the record that was there first. */
  keep(key: readonly string[], record: T): T;
}

export function createRecords<T>(db: Db, table: string, columns: readonly string[]): Records<T> {
  const list = columns.join(', ');
  const definition = columns.map((column) => `${column} TEXT NOT NULL`).join(', ');
  db.exec(
    `CREATE TABLE IF NOT EXISTS ${table} (${definition}, record TEXT NOT NULL, PRIMARY KEY (${list}))`,
  );
  const where = columns.map((column) => `${column} = ?`).join(' AND ');
  const select = db.prepare(`SELECT record FROM ${table} WHERE ${where}`);
  const insert = db.prepare(
    `INSERT INTO ${table} (${list}, record) VALUES (${'?, '.repeat(columns.length)}?)
     ON CONFLICT (${list}) DO UPDATE SET record = excluded.record`,
  );
  const get = (key: readonly string[]): T | undefined => {
    const row = select.get(...key) as { record: string } | undefined;
    return row && (JSON.parse(row.record) as T);
  };
  const put = (key: readonly string[], record: T): void => {
    insert.run(...key, JSON.stringify(record));
  };
  return {
    get,
    put,
    keep: (key, record) =>
      atomically(db, () => {
        const first = get(key);
        if (first === undefined) put(key, record);
        return first ?? record;
      }),
  };
}
