/** Files that come in: only those whose digest an admitted plan or a task named, each checked, kept on disk. */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Code } from '../../contracts/codes.js';
import { sha256 } from '../../contracts/schemas/canonical.js';
import { refuseTampered } from '../checks/task.js';
import { log } from '../log.js';
import { Refusal } from '../refusal.js';
import type { Db } from '../state/database.js';
import type { Exchange } from './exchange.js';

export type Inputs = ReturnType<typeof createInputs>;

/** What it means that a file is not there yet, or that the exchange gave other bytes than the digest names. */
export interface InputFaults {
  unavailable: Code;
  tampered: Code;
}

const FAULTS: InputFaults = { unavailable: 'input-unavailable', tampered: 'input-unavailable' };

export function createInputs(deps: { folder: string; exchange: Exchange; db: Db }) {
  const { folder, exchange, db } = deps;
  mkdirSync(folder, { recursive: true });
  db.exec('CREATE TABLE IF NOT EXISTS named (sha256 TEXT PRIMARY KEY)');
  const insert = db.prepare('INSERT OR IGNORE INTO named VALUES (?)');
  const select = db.prepare('SELECT sha256 FROM named WHERE sha256 = ?');
  const isNamed = (digest: string): boolean => select.get(digest) !== undefined;

  /** Fetched and checked if it is not here yet. @returns its path. @throws Refusal */
  const file = async (digest: string, faults = FAULTS): Promise<string> => {
    const path = join(folder, digest);
    if (existsSync(path)) return path;
    const bytes = await exchange.get(digest).catch((error: unknown) => {
      log.warn({ digest, error: String(error) }, 'a file could not be fetched from the exchange');
      throw new Refusal(faults.unavailable);
    });
    refuseTampered(bytes, digest, faults.tampered);
    const partial = `${path}.${randomUUID()}`;
    writeFileSync(partial, bytes, { mode: 0o600 });
    renameSync(partial, path);
    return path;
  };

  return {
    /** Lets the worker ask for these digests. Nothing else makes the gate talk to the exchange. */
    name: (...digests: string[]): void => {
      for (const digest of digests) if (!isNamed(digest)) insert.run(digest);
    },
    isNamed,
    file,
    /** The bytes, named and checked again. @throws Refusal */
    bytes: async (digest: string, faults = FAULTS): Promise<Buffer> => {
      if (!isNamed(digest)) insert.run(digest);
      const path = await file(digest, faults);
      const bytes = readFileSync(path);
      // A file that was damaged here is fetched again.
      if (sha256(bytes) !== digest) rmSync(path);
      refuseTampered(bytes, digest, faults.unavailable);
      return bytes;
    },
  };
}
