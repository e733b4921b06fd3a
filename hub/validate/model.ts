/** Phenotype, covariates and frame: names that every chosen dataset has to define. */
import type { Code } from '../../contracts/codes.js';
import type { OfferedDataset } from '../../contracts/offer.js';
import type { Analysis } from '../../contracts/schemas/load-analysis.js';
import { nearestNames } from '../catalog/search.js';
import { pointerTo, type Fault } from '../refusal.js';
import type { ChosenDataset } from './datasets.js';

interface Kind {
  word: 'phenotype' | 'covariate' | 'frame';
  definitionsOf: (dataset: OfferedDataset) => object;
  unknown: Code;
  missing: Code;
}

const PHENOTYPE: Kind = {
  word: 'phenotype',
  definitionsOf: ({ phenotypes }) => phenotypes,
  unknown: 'unknown-phenotype',
  missing: 'phenotype-missing-in-dataset',
};
const COVARIATE: Kind = {
  word: 'covariate',
  definitionsOf: ({ covariates }) => covariates,
  unknown: 'unknown-covariate',
  missing: 'covariate-missing-in-dataset',
};
const FRAME: Kind = {
  word: 'frame',
  definitionsOf: ({ frames }) => frames,
  unknown: 'unknown-frame',
  missing: 'frame-missing-in-dataset',
};

/** @param parameters with defaults; those that are not of their kind are passed over: their schema says so. */
export function findModelFaults(
  { manifest: { model } }: Analysis,
  parameters: Record<string, unknown>,
  chosen: readonly ChosenDataset[],
): Fault[] {
  if (model === null || chosen.length === 0) return [];
  const covariates = parameters[model.covariates];
  return [
    ...findNameFaults(
      PHENOTYPE,
      { name: parameters[model.phenotype], at: [model.phenotype] },
      chosen,
    ),
    ...findNameFaults(FRAME, { name: parameters[model.frame], at: [model.frame] }, chosen),
    ...(Array.isArray(covariates) ? covariates : []).flatMap((name: unknown, index) =>
      findNameFaults(COVARIATE, { name, at: [model.covariates, index] }, chosen),
    ),
  ];
}

function findNameFaults(
  kind: Kind,
  { name, at }: { name: unknown; at: (string | number)[] },
  chosen: readonly ChosenDataset[],
): Fault[] {
  if (typeof name !== 'string') return [];
  const lacking = chosen.filter(({ offered }) => !Object.hasOwn(kind.definitionsOf(offered), name));
  if (lacking.length === chosen.length) {
    const known = chosen.flatMap(({ offered }) => Object.keys(kind.definitionsOf(offered)));
    const detail = `no dataset of the request offers the ${kind.word} ${name}`;
    const pointer = pointerTo('parameters', ...at);
    return [{ code: kind.unknown, pointer, detail, nearest: nearestNames(known, name) }];
  }
  return lacking.map(({ id, index, offered }) => ({
    code: kind.missing,
    pointer: pointerTo('datasets', index),
    detail: `${id} does not offer the ${kind.word} ${name}`,
    nearest: nearestNames(Object.keys(kind.definitionsOf(offered)), name),
  }));
}
