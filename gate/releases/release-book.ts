/** What left: the same question under the same rule and policy gives the same bytes, whoever asks again. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { SignedStatement } from '../../contracts/conclusion.js';
import { sha256 } from '../../contracts/schemas/canonical.js';
import { createRecords, type Db } from '../state/database.js';

export interface ReleasedBytes {
  sha256: string;
  bytes: number;
  dropped: Record<string, number>;
  verdict: SignedStatement['statement']['verdict'];
}

export interface QuestionKey {
  dataset: string;
  question: string;
  name: string;
  rule: string;
  policy: string;
}

export interface ReleaseKey {
  run: string;
  step: string;
  dataset: string;
  name: string;
  policy: string;
}

export interface ReleaseBook {
  /** Bytes of this question that left before. */
  released(key: QuestionKey): ReleasedBytes | undefined;
  keepReleased(key: QuestionKey, released: ReleasedBytes): void;
  /** The statement that was signed for this run. */
  signed(key: ReleaseKey): SignedStatement | undefined;
  keepSigned(key: ReleaseKey, signed: SignedStatement): void;
  /** Durable before anything is committed that names it. */
  writeBytes(bytes: Buffer): string;
  readBytes(digest: string): Buffer;
}

export function createReleaseBook(db: Db, folder: string): ReleaseBook {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const questions = createRecords<ReleasedBytes>(db, 'released', [
    'dataset',
    'question',
    'name',
    'rule',
    'policy',
  ]);
  const statements = createRecords<SignedStatement>(db, 'statements', [
    'run',
    'step',
    'dataset',
    'name',
    'policy',
  ]);
  const questionKey = ({ dataset, question, name, rule, policy }: QuestionKey) => [
    ...[dataset, question, name],
    ...[rule, policy],
  ];
  const releaseKey = ({ run, step, dataset, name, policy }: ReleaseKey) => [
    ...[run, step, dataset],
    ...[name, policy],
  ];
  return {
    released: (key) => questions.get(questionKey(key)),
    keepReleased: (key, released) => questions.put(questionKey(key), released),
    signed: (key) => statements.get(releaseKey(key)),
    keepSigned: (key, signed) => statements.put(releaseKey(key), signed),
    writeBytes: (bytes) => {
      const digest = sha256(bytes);
      const path = join(folder, digest);
      if (!existsSync(path)) writeDurably(path, bytes);
      return digest;
    },
    readBytes: (digest) => readFileSync(join(folder, digest)),
  };
}

function writeDurably(path: string, bytes: Buffer): void {
  const partial = `${path}.${process.pid}.part`;
  const descriptor = openSync(partial, 'w', 0o600);
  for (let done = 0; done < bytes.length;) done += writeSync(descriptor, bytes, done);
  fsyncSync(descriptor);
  closeSync(descriptor);
  renameSync(partial, path);
}
