/** A job's folder in the artifact store, as the worker writes and reads it. */
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { ByteRange, JobManifest, JobSpec, ManifestShard } from '../../contracts/job.js';
import { readManifest } from '../../contracts/schemas/job.js';
import type { EnvironmentDeps } from './dependencies.js';

type Store = Pick<EnvironmentDeps, 'layout' | 'feederKey'>;

export function jobDirectory({ layout }: Pick<Store, 'layout'>, name: string): string {
  return join(layout.artifacts, name);
}

export function isKept(deps: Pick<Store, 'layout'>, name: string): boolean {
  return existsSync(join(jobDirectory(deps, name), 'manifest.json'));
}

/** Written whole; it holds the feeder's key, so nobody else may read it. @returns its path. */
export function writeSpec(spec: JobSpec): string {
  const { directory } = spec.files;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, 'job.json');
  writeFileSync(`${path}.tmp`, JSON.stringify(spec), { mode: 0o600, flush: true });
  renameSync(`${path}.tmp`, path);
  return path;
}

/** The text of `manifest.json` with what it says; undefined: missing, torn, forged, or of another job. */
export function readJobManifest(
  deps: Store,
  name: string,
): { text: string; manifest: JobManifest } | undefined {
  let text: string;
  try {
    text = readFileSync(join(jobDirectory(deps, name), 'manifest.json'), 'utf8');
  } catch {
    return undefined;
  }
  const manifest = readManifest(text, deps.feederKey);
  return manifest?.name === name ? { text, manifest } : undefined;
}

/**
 * The items of a list that a shard made: a JSON array, or, where the list is a conclusion, rows of a TSV.
 * @param output path of the job's `output.bin`.
 */
export function readList(output: string, shard: ManifestShard, list: string): unknown[] {
  const range = shard.outputs[list];
  if (range === undefined) return [];
  return parseItems(readRange(output, range));
}

/** @param bytes of a list: a JSON array, or a TSV with a header; a row's item maps columns to text. */
export function parseItems(bytes: Buffer): unknown[] {
  const text = bytes.toString('utf8');
  if (text.startsWith('[')) return JSON.parse(text) as unknown[];
  const [header = '', ...rows] = text.replace(/\n$/, '').split('\n');
  const names = header.split('\t');
  return rows.map((row) => {
    const values = row.split('\t');
    return Object.fromEntries(names.map((name, column) => [name, values[column] ?? '']));
  });
}

function readRange(path: string, { offset, bytes }: ByteRange): Buffer {
  const buffer = Buffer.alloc(bytes);
  const file = openSync(path, 'r');
  try {
    for (let done = 0; done < bytes;) {
      const read = readSync(file, buffer, done, bytes - done, offset + done);
      if (read === 0) throw new Error('output.bin is shorter than its manifest says');
      done += read;
    }
  } finally {
    closeSync(file);
  }
  return buffer;
}
