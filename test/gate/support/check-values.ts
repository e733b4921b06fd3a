/** The least of each contract that the gate's checks look at. No servers, no files. */
import type { Model } from '../../../contracts/analysis.js';
import type { DatasetDefinition } from '../../../contracts/dataset.js';
import type {
  CohortEvidence,
  JobManifest,
  JobOrder,
  ManifestData,
} from '../../../contracts/job.js';
import type { Policy } from '../../../contracts/policy.js';
import { policySchema } from '../../../contracts/schemas/environment.js';
import type { RunJobInput, RunJobResult } from '../../../contracts/wire/index.js';

export const digest = (digits: string): string => digits.repeat(32);

export const policy = (changes: Record<string, unknown> = {}): Policy =>
  policySchema.parse({ wall: 'walled', grants: { drugs: ['finland'] }, ...changes });

export const dataset = (changes: Partial<DatasetDefinition> = {}): DatasetDefinition => ({
  ...{ id: 'finland', title: 'Finland', version: 1, wall: 'walled', residency: ['eu-fi'] },
  ...{ build: 'GRCh37', strand: 'plus', plink: 'data/geno', people: 'data/pheno.tsv' },
  ...{ approximatePeople: 100, baseCohort: [], phenotypes: {}, covariates: {}, frames: {} },
  ...changes,
});

export const MODEL: Model = {
  ...{ phenotype: 'HEIGHT', covariates: ['SEX', 'AGE'], frame: 'everyone', transform: 'none' },
};

/** Evenly held: nobody stands out. */
const SHARES = Array.from({ length: 50 }, (_, index) => (index + 1) / 100);

export const cohort = (changes: Partial<CohortEvidence> = {}): CohortEvidence => ({
  ...{ people: 100, parameters: 3, collinear: ['AGE'], maxLeverage: 0.1 },
  columns: [{ name: 'SEX', offMode: 45, isTwoValued: true, topShares: SHARES }],
  phenotype: { type: 'number', cases: null, controls: null, topShares: SHARES },
  ...changes,
});

export const data = (changes: Partial<ManifestData> = {}): ManifestData => ({
  ...{ dataset: 'finland', version: 1, digest: digest('33'), definitions: digest('44') },
  ...{ reference: null, cohort: digest('22') },
  ...changes,
});

export const manifest = (changes: Partial<JobManifest> = {}): JobManifest => ({
  ...{ version: 1, kind: 'op', name: 'cl-job', run: 'r1', step: 'scan', dataset: 'finland' },
  ...{ try: 0, plan: null, analysis: null, op: digest('55'), runtime: digest('11'), engine: {} },
  ...{ question: digest('66'), model: null, parameters: {}, data: data(), inputs: [] },
  ...{ conclusions: [], waived: {}, shards: [], output: null, evidence: null, counts: {} },
  ...{ leftOut: {}, cohort: null, usage: { wallSeconds: 1, cpuSeconds: 1, maxRssBytes: 1 } },
  refused: null,
  ...changes,
});

/** What `manifest()` answers. */
export const order = (changes: Partial<JobOrder> = {}): JobOrder => ({
  ...{ analysis: digest('77'), plan: digest('88'), op: { name: 'scan', digest: digest('55') } },
  ...{ parameters: {}, reads: [], model: null, cohort: digest('22') },
  dataset: { id: 'finland', version: 1, digest: digest('33') },
  ...{ reference: null, forEach: null, inputs: [], conclusions: [], waived: {}, concludes: {} },
  ...{ fansOut: null, limits: { seconds: 1, memoryBytes: 1, cpus: 1 }, question: digest('66') },
  ...changes,
});

export const task = (shards: string): RunJobInput => ({
  ...{ run: 'r1', step: 'scan', dataset: 'finland', shards, try: 0, provider: 'local' },
  ...{ conclusions: [], waived: {} },
});

export const answer = (changes: Partial<RunJobResult>): RunJobResult => ({
  ...{ states: '', codes: {}, counts: {} },
  ...changes,
});
