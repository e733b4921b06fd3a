/** Bytes that left, kept: the same question gives the same bytes, whoever asks again. */
import * as fs from 'node:fs';
import { join } from 'node:path';
import type { SignedStatement } from '../../contracts/conclusion.js';
import { sha256 } from '../../contracts/schemas/canonical.js';
import { createRecords, type Db } from '../state/database.js';

export type ReleasedBytes = Pick<
  SignedStatement['statement'],
  'sha256' | 'bytes' | 'dropped' | 'verdict'
>;

export function createReleaseBook(db: Db, folder: string) {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  return {
    /** dataset, question, name, rule, policy -> what left. */
    released: createRecords<ReleasedBytes>(db, 'released'),
    /** run, step, dataset, name, policy -> what was signed. */
    signed: createRecords<SignedStatement>(db, 'statements'),
    /** Durable before anything is committed that names it. */
    writeBytes: (bytes: Buffer): string => {
      const digest = sha256(bytes);
      const path = join(folder, digest);
      if (!fs.existsSync(path)) writeDurably(path, bytes);
      return digest;
    },
    readBytes: (digest: string): Buffer => fs.readFileSync(join(folder, digest)),
  };
}

function writeDurably(path: string, bytes: Buffer): void {
  const partial = `${path}.${process.pid}.part`;
  const descriptor = fs.openSync(partial, 'w', 0o600);
  fs.writeFileSync(descriptor, bytes);
  fs.fsyncSync(descriptor);
  fs.closeSync(descriptor);
  fs.renameSync(partial, path);
}
