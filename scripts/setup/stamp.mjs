/** Stamps: a file that holds the hash of what a step was done for, so that nothing is done twice. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** @param {Iterable<string | Buffer>} parts */
export function hashOf(parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex');
}

/** @param {string} path @returns {string} empty when there is no such file */
export function readOr(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** @param {string} path @param {string} hash */
export function isStamped(path, hash) {
  return readOr(path) === hash;
}

/** @param {string} path @param {string} hash */
export function stamp(path, hash) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, hash);
}

/**
 * Files below folders, sorted.
 * @param {string} root
 * @param {string[]} folders
 * @param {(path: string) => boolean} keep
 */
export function filesBelow(root, folders, keep) {
  const found = folders.flatMap((folder) => {
    try {
      return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((path) =>
        join(folder, path),
      );
    } catch {
      return [];
    }
  });
  return found.filter(keep).sort();
}
