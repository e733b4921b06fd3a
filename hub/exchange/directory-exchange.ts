/** The exchange as a directory: `ab/<sha256>`. */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, mkdir, open, readFile, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { SHA256_PATTERN } from '../../contracts/names.js';
import { sha256 as digestOfBytes } from '../../contracts/schemas/canonical.js';
import { DigestMismatch, MissingFile, type ByteRange, type Exchange } from './exchange.js';

export function createDirectoryExchange(folder: string): Exchange {
  const pathOf = (sha256: string): string => {
    // The digest becomes a path: nothing but a digest may.
    if (!SHA256_PATTERN.test(sha256)) throw new MissingFile('not a sha256');
    return join(folder, sha256.slice(0, 2), sha256);
  };
  const size = async (sha256: string): Promise<number | undefined> => sizeOf(pathOf(sha256));
  return {
    size,
    async put(sha256, bytes) {
      const path = pathOf(sha256);
      const temporary = `${path}.${randomUUID()}.part`;
      await mkdir(join(path, '..'), { recursive: true });
      try {
        await writeChecked(temporary, sha256, bytes);
        // link, not rename: a file that is there stays the same file under its readers.
        await link(temporary, path).catch(ignoreExisting);
      } finally {
        await rm(temporary, { force: true });
      }
    },
    async stream(sha256, range) {
      if ((await size(sha256)) === undefined) throw new MissingFile(sha256);
      return openStream(pathOf(sha256), range);
    },
    async read(sha256) {
      const bytes = await readFile(pathOf(sha256)).catch((error: unknown) => {
        throw isMissing(error) ? new MissingFile(sha256) : error;
      });
      if (digestOfBytes(bytes) !== sha256) throw new DigestMismatch(sha256);
      return bytes;
    },
  };
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function writeChecked(
  path: string,
  sha256: string,
  bytes: AsyncIterable<Uint8Array> | Uint8Array,
): Promise<void> {
  const hash = createHash('sha256');
  const file = await open(path, 'wx');
  try {
    if (bytes instanceof Uint8Array) await writeChunk(file, hash, bytes);
    else for await (const chunk of bytes) await writeChunk(file, hash, chunk);
    await file.sync();
  } finally {
    await file.close();
  }
  if (hash.digest('hex') !== sha256) throw new DigestMismatch(sha256);
}

async function writeChunk(
  file: FileHandle,
  hash: ReturnType<typeof createHash>,
  chunk: Uint8Array,
): Promise<void> {
  hash.update(chunk);
  await file.writeFile(chunk);
}

function openStream(path: string, range: ByteRange | undefined): Readable {
  return createReadStream(path, range === undefined ? {} : { start: range.first, end: range.last });
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function ignoreExisting(error: unknown): void {
  if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return;
  throw error;
}
