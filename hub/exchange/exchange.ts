/**
 * The exchange: the hub's store of files by sha256. What is in it has the digest that names it: every
 * implementation checks that as it writes, and readers check again.
 */
import type { Readable } from 'node:stream';

/** Bytes `first` to `last`, both included. */
export interface ByteRange {
  first: number;
  last: number;
}

export interface Exchange {
  /** Size in bytes; undefined when there is no such file. */
  size(sha256: string): Promise<number | undefined>;
  /**
   * Atomic: readers see the whole file or none. Writing a file that is there already changes nothing.
   * @throws DigestMismatch and keeps nothing, when the bytes do not have the digest.
   */
  put(sha256: string, bytes: AsyncIterable<Uint8Array> | Uint8Array): Promise<void>;
  /** Rejects with MissingFile when there is no such file. */
  stream(sha256: string, range?: ByteRange): Promise<Readable>;
  /**
   * The whole file, its digest checked.
   * @throws MissingFile; DigestMismatch when somebody changed the file.
   */
  read(sha256: string): Promise<Buffer>;
}

export class DigestMismatch extends Error {
  override readonly name = 'DigestMismatch';
}

export class MissingFile extends Error {
  override readonly name = 'MissingFile';
}
