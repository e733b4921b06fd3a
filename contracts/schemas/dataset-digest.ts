/** Digests of a dataset, as the feeder computes them in `runtime/cloister_runtime/question.py`. */
import type { DatasetDefinition } from '../dataset.js';
import { digestOf } from './canonical.js';

/** What is defined, without the paths: a job's definition has absolute ones. */
export function definitionsDigest(definition: DatasetDefinition): string {
  const defined: Partial<DatasetDefinition> = { ...definition };
  delete defined.plink;
  delete defined.people;
  return digestOf(defined);
}

/** A version of a dataset. @param files sha256 of `bed`, `bim`, `fam` and `people` */
export function datasetDigest(definitions: string, files: Record<string, string>): string {
  return digestOf({ definitions, files });
}
