/** Files that come in: only those whose digest an admitted plan or a task named, each checked, kept on disk. */
import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { sha256 } from '../../contracts/schemas/canonical.js';
import { log } from '../log.js';
import { Refusal } from '../refusal.js';
import type { Db } from '../state/database.js';
import type { Exchange } from './exchange.js';

export interface Inputs {
  /** Lets the worker ask for these digests. Nothing else makes the gate talk to the exchange. */
  name(digests: readonly string[]): void;
  isNamed(digest: string): boolean;
  /**
   * Path of the file, fetched and checked if it is not here yet.
   * @throws Refusal `input-unavailable`; TamperedError when the bytes do not have the digest
   */
  file(digest: string): Promise<string>;
  /** The bytes, checked again. Throws as `file`. */
  bytes(digest: string): Promise<Buffer>;
}

/** The exchange gave other bytes than the digest names. */
export class TamperedError extends Error {
  override readonly name = 'TamperedError';
}

export function createInputs(deps: { folder: string; exchange: Exchange; db: Db }): Inputs {
  const { folder, exchange, db } = deps;
  mkdirSync(folder, { recursive: true });
  db.exec('CREATE TABLE IF NOT EXISTS named (sha256 TEXT PRIMARY KEY)');
  const insert = db.prepare('INSERT OR IGNORE INTO named VALUES (?)');
  const select = db.prepare('SELECT sha256 FROM named WHERE sha256 = ?');
  const isNamed = (digest: string): boolean => select.get(digest) !== undefined;
  const fetching = new Map<string, Promise<void>>();

  const file = async (digest: string): Promise<string> => {
    const path = join(folder, digest);
    if (existsSync(path)) return path;
    const running = fetching.get(digest) ?? fetchTo({ exchange, digest, path });
    fetching.set(digest, running);
    try {
      await running;
    } finally {
      fetching.delete(digest);
    }
    return path;
  };

  return {
    name: (digests) => {
      for (const digest of digests) if (!isNamed(digest)) insert.run(digest);
    },
    isNamed,
    file,
    bytes: async (digest) => {
      const path = await file(digest);
      const bytes = readFileSync(path);
      if (sha256(bytes) === digest) return bytes;
      rmSync(path, { force: true });
      throw new TamperedError('the kept file does not have the digest that names it');
    },
  };
}

async function fetchTo(target: { exchange: Exchange; digest: string; path: string }) {
  const { exchange, digest, path } = target;
  const partial = `${path}.${randomUUID()}.part`;
  try {
    const found = await download(exchange, { digest, partial });
    if (found !== digest) throw new TamperedError('the bytes do not have the digest');
    await rename(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    log.warn({ digest, error: String(error) }, 'a file could not be fetched from the exchange');
    throw error instanceof TamperedError ? error : new Refusal('input-unavailable');
  }
}

async function download(
  exchange: Exchange,
  { digest, partial }: { digest: string; partial: string },
): Promise<string> {
  const hash = createHash('sha256');
  const stream: Readable = await exchange.get(digest);
  stream.on('data', (chunk: Buffer) => hash.update(chunk));
  await pipeline(stream, createWriteStream(partial, { flags: 'wx', mode: 0o600 }));
  return hash.digest('hex');
}
