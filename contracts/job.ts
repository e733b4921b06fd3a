/**
 * Job: one op applied to one batch of shards in one environment. This file is the contract between the
 * environment worker (which writes `job.json`), the feeder (which runs it and writes `manifest.json`) and the
 * gate (which believes the manifest, because the feeder authenticated it). It never crosses a wall.
 */
import type { Model, Readable } from './analysis.js';
import type { DatasetDefinition } from './dataset.js';
import type { ConclusionRef } from './conclusion.js';

/** What the gate writes into a task from the admitted plan; nothing of it comes from the hub's request. */
export interface JobOrder {
  analysis: string;
  plan: string;
  /** Null for a cut, whose op is the runtime itself. */
  op: { name: string; digest: string } | null;
  /** The parameters that the op declares; of a cut `{ blocks }`. */
  parameters: Record<string, unknown>;
  reads: Readable[];
  /** Set when the op reads people or genotypes, with the cohort's fingerprint fixed at admission. */
  model: Model | null;
  cohort: string | null;
  /** The admitted version: the ordinal and the digest of bytes and definitions. Null for `anywhere`. */
  dataset: { id: string; version: number; digest: string } | null;
  reference: { build: string; sha256: string } | null;
  forEach: ListSource | null;
  /** Steps at the same place whose outputs are read whole, with the question that they must answer. */
  inputs: { step: string; question: string }[];
  /** Conclusions made elsewhere, verified by the gate. */
  conclusions: ConclusionRef[];
  /** step -> ranges of shards of an input that a person waived. */
  waived: Record<string, string>;
  concludes: Record<string, string>;
  fansOut: { list: string; most: number | null } | null;
  limits: { seconds: number; memoryBytes: number; cpus: number };
  /** `questionOf` over all the above that decides the result. */
  question: string;
}

/** Where the items of a for-each step come from. */
export type ListSource =
  | { kind: 'output'; step: string; list: string; question: string }
  | { kind: 'conclusion'; conclusion: ConclusionRef };

/** `job.json`: everything that the feeder is told. Paths are absolute. */
export interface JobSpec {
  version: 1;
  kind: 'admit' | 'cut' | 'op';
  name: string;
  run: string;
  step: string;
  dataset: string;
  try: number;
  /** The shards to run, as ranges. */
  shards: string;
  order: JobOrder | null;
  /** Set for `admit` alone: what to count. */
  admit: { model: Model | null; reference: JobOrder['reference'] } | null;
  /** The definition from datasets.yaml with absolute paths in `plink` and `people`; null for `anywhere`. */
  definition: DatasetDefinition | null;
  files: {
    /** The bundle (canonical JSON); null for `admit` and `cut`. */
    bundle: string | null;
    reference: string | null;
    /** sha256 -> path of every conclusion that the order names. */
    conclusions: Record<string, string>;
    /** Directory for `output.bin`, `evidence.tsv`, `manifest.json`, `stdout`, `stderr`. */
    directory: string;
    /** The secret with which manifests are authenticated; 32 bytes in hexadecimal. */
    key: string;
    /** The runtime's log of executions, appended and fsynced before a shard's op starts. */
    executions: string;
  };
  /** Committed outputs of this order's inputs and list, in shard order. */
  parts: JobPart[];
  /** argv that starts the op's host in its sandbox; the runtime appends nothing to it. Null: no op. */
  sandbox: string[] | null;
}

/** A committed shard of an input: `manifest.json` and `output.bin` lie in `directory`, the shard under `key`. */
export interface JobPart {
  step: string;
  shard: number;
  directory: string;
  key: string;
}

/** `manifest.json` is `{ "body": <this as a JSON text>, "mac": hex HMAC-SHA256(key, body's UTF-8) }`. */
export interface JobManifest {
  version: 1;
  kind: 'admit' | 'cut' | 'op';
  name: string;
  run: string;
  step: string;
  dataset: string;
  try: number;
  plan: string | null;
  analysis: string | null;
  op: string | null;
  /** Digest of the runtime's sources and its lock file. */
  runtime: string;
  engine: Record<string, string>;
  question: string | null;
  model: Model | null;
  parameters: Record<string, unknown>;
  data: ManifestData | null;
  inputs: { step: string; question: string }[];
  conclusions: string[];
  waived: Record<string, string>;
  shards: ManifestShard[];
  output: { sha256: string; bytes: number } | null;
  evidence: { sha256: string; bytes: number } | null;
  /** list -> length, for steps that fan out. */
  counts: Record<string, number>;
  /** Variants that the feeder left out, by reason: unplaced, non-autosomal, strand-undeclared. */
  leftOut: Record<string, number>;
  cohort: CohortEvidence | null;
  usage: { wallSeconds: number; cpuSeconds: number; maxRssBytes: number };
  /** Why the job as a whole could not run; null: see the shards. `about` is a name of the request. */
  refused: { code: string; about: string | null } | null;
}

export interface ManifestData {
  dataset: string;
  version: number;
  /** sha256 over the canonical JSON of the definition (without paths) and the sha256 of each file. */
  digest: string;
  /** sha256 over the canonical JSON of the definition alone: the gate compares it with its own. */
  definitions: string;
  reference: string | null;
  /** Fingerprint of the cohort; null where no model was asked. */
  cohort: string | null;
}

export interface ManifestShard {
  shard: number;
  /** The result key. */
  key: string;
  state: '+' | 'x';
  /** Set where state is `x`. */
  code: string | null;
  /** Byte ranges in `output.bin`, by output name (`output` for an op's only, unnamed output). */
  outputs: Record<string, ByteRange>;
  /** Byte range in `evidence.tsv`, without a header; null where there is none. */
  evidence: ByteRange | null;
}

export interface ByteRange {
  offset: number;
  bytes: number;
}

/** What R4 decides on. Counted by the feeder over the cohort; inside the environment only. */
export interface CohortEvidence {
  people: number;
  /** Independent columns: the constant and the covariates that the rank drop kept. */
  parameters: number;
  /** Covariates dropped because they are collinear with those before them. */
  collinear: string[];
  maxLeverage: number;
  columns: ColumnEvidence[];
  phenotype: PhenotypeEvidence;
}

export interface ColumnEvidence {
  name: string;
  /** People off the column's most frequent value. */
  offMode: number;
  /** Whether the column has exactly two values. */
  isTwoValued: boolean;
  /** Share of the sum of squares, residualised on the other columns, held by the j largest, j = 1..50. */
  topShares: number[];
}

export interface PhenotypeEvidence {
  type: 'number' | 'binary';
  /** Binary only: people with the larger and the smaller value. */
  cases: number | null;
  controls: number | null;
  /** As for a column, residualised on the constant and all covariates. */
  topShares: number[];
}

/**
 * Columns of `evidence.tsv`, one line a variant, no header, LF, in the op's row order.
 * AC counts the effect allele; carriers are people with at least one copy of the minor allele.
 * The case columns are empty unless the phenotype is binary.
 */
export const EVIDENCE_COLUMNS = [
  'chromosome',
  'position',
  'id',
  'effect',
  'other',
  'n',
  'ac',
  'an',
  'carriers',
  'case_ac',
  'case_an',
] as const;
