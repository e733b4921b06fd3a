import type { DatasetDefinition } from '../../contracts/dataset.js';
import { digestOf } from '../../contracts/schemas/canonical.js';

/** Digest of a definition without its paths: the feeder computes the same of what it was given. */
export function definitionsDigest(definition: DatasetDefinition): string {
  const { plink: _plink, people: _people, ...rest } = definition;
  return digestOf(rest);
}
