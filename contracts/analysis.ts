/** The manifest of an analysis (`analysis.yaml`), as loaded. Keys in the file are kebab-case. */

export type Place = 'datasets' | 'anywhere';
export type Technology = 'python' | 'spark';
export type Readable = 'people' | 'variants' | 'genotypes' | 'reference';

/** What the feeder builds of a cohort: names, resolved from a run's parameters. */
export interface Model {
  phenotype: string;
  covariates: string[];
  frame: string;
  transform: Transform;
}

export type Transform = 'none' | 'log' | 'rank-normal';

/** The manifest's `model`: for each part the name of the parameter that holds it. */
export interface ModelTemplate {
  phenotype: string;
  covariates: string;
  frame: string;
  transform: string;
}

export interface Step {
  id: string;
  /** What a cut cuts; null for an op. */
  cut: 'variants' | null;
  /** The op's name; null for a cut. */
  op: string | null;
  at: Place;
  /** Steps whose outputs or conclusions are read whole. */
  inputs: string[];
  /** The step whose list gives the shards; null: one shard. */
  forEach: string | null;
  /** Of a cut: the parameter that holds the number of blocks in a window. */
  blocks: string | null;
  /** Conclusion name -> release rule with version. Empty: nothing leaves. */
  concludes: Record<string, string>;
  /** The list that other steps may run for each item of. A cut has one, named like its step. */
  fansOut: { list: string; most: number | null } | null;
}

export interface Op {
  reads: Readable[];
  /** The parameters that the op sees; no others reach it or its result key. */
  parameters: string[];
  technologies: Technology[];
  cpus: number;
  memoryBytes: number;
  /** Seconds per unit of what it reads: the resource model behind estimates and batches. */
  secondsPer: Record<string, number>;
}

export interface AnalysisManifest {
  language: 1;
  name: string;
  version: string;
  title: string;
  model: ModelTemplate | null;
  steps: Step[];
  ops: Record<string, Op>;
}

/**
 * What an analysis' digest covers: manifest, parameter schema and `ops/`, as path -> text. The bundle
 * travels as canonical JSON of this object; its sha256 is the analysis digest.
 */
export interface Bundle {
  files: Record<string, string>;
}

/** Steps x datasets a run may have: a run never continues as new. */
export const MOST_STEPS_TIMES_DATASETS = 400;
