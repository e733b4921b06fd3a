/** What the fixtures of canonical JSON and questions are made of. */
import type { Bundle } from '../contracts/analysis.js';
import type { DatasetDefinition } from '../contracts/dataset.js';
import type { JobOrder } from '../contracts/job.js';
import { sha256 } from '../contracts/schemas/canonical.js';

export const RUNTIME = sha256('runtime');

export const CANONICAL_VALUES: unknown[] = [
  null,
  true,
  [0, -0, 1, -1, 40, 500_000, 1_000_000],
  [5e-8, 1e-3, 1e-6, 1e-7, 1.5e-7, 0.1, 0.30000000000000004, 123.456, 1e20, 1e21, 1.5e300, 5e-324],
  [9_007_199_254_740_991, 9_007_199_254_740_992, 333_333_333.333_333_3, 4.35, 2.5e-5],
  { b: 1, a: { d: [], c: {} }, '': null, 10: 'ten', 9: 'nine' },
  'quotes " and \\ and / and \b\f\n\r\t and \u0001 and \u007f and \u2028',
  { 'e\u0301': 'ä€', '\u{1f600}': '\u{1f9ec}', '\ufb33': 'above the surrogates', '\ue000': 1 },
];

export const BUNDLE: Bundle = {
  files: {
    'analysis.yaml': 'language: 1\n',
    'ops/other.py': 'pass\n',
    'ops/scan.py': 'from ops.shared.tail import p\n',
    'ops/shared/tail.py': 'p = "é\\u2028"\n',
  },
};

export const DEFINITION: DatasetDefinition = {
  id: 'finland',
  title: 'Finns',
  version: 3,
  wall: 'walled',
  residency: ['eu-fi'],
  build: 'GRCh37',
  strand: 'plus',
  plink: '/data/finland/geno',
  people: '/data/finland/pheno.tsv',
  approximatePeople: 90,
  baseCohort: ['SEX', 'PC1'],
  phenotypes: { ARSA: { title: 'ARSA', type: 'number', unit: null, expression: 'ARSA' } },
  covariates: { SEX: { title: 'Sex', type: 'binary', unit: 'men', expression: 'SEX - 1' } },
  frames: { everyone: { title: 'Everyone', expression: 'not missing(SEX)' } },
};

const CUT: Omit<JobOrder, 'question'> = {
  analysis: sha256('analysis'),
  plan: sha256('plan'),
  op: null,
  parameters: { blocks: 40 },
  reads: ['variants'],
  model: null,
  cohort: null,
  dataset: { id: 'finland', version: 3, digest: sha256('finland') },
  reference: { build: 'GRCh37', sha256: sha256('reference') },
  forEach: null,
  inputs: [],
  conclusions: [],
  waived: {},
  concludes: {},
  fansOut: { list: 'windows', most: null },
  limits: { seconds: 60, memoryBytes: 2 ** 31, cpus: 1 },
};

const LEADS = {
  step: 'leads',
  dataset: 'anywhere',
  name: 'leads',
  sha256: sha256('leads'),
  statement: sha256('statement'),
};

export const ORDERS: Omit<JobOrder, 'question'>[] = [
  CUT,
  {
    ...CUT,
    op: { name: 'scan', digest: sha256('scan') },
    parameters: { missing: 'complete-case', leadThreshold: 5e-8, leadDistance: 1_000_000 },
    reads: ['people', 'genotypes', 'reference'],
    model: { phenotype: 'ARSA', covariates: ['SEX', 'PC1'], frame: 'everyone', transform: 'none' },
    cohort: sha256('cohort'),
    forEach: { kind: 'output', step: 'windows', list: 'windows', question: sha256('windows') },
    fansOut: null,
  },
  {
    ...CUT,
    op: { name: 'combine', digest: sha256('combine') },
    parameters: {},
    reads: [],
    dataset: null,
    reference: null,
    forEach: { kind: 'conclusion', conclusion: LEADS },
    inputs: [
      { step: 'scan', question: sha256('scan question') },
      { step: 'a', question: sha256('a question') },
    ],
    conclusions: [
      { ...LEADS, dataset: 'tuscany', step: 'rows', name: 'rows' },
      { ...LEADS, dataset: 'britain', step: 'rows', name: 'rows' },
    ],
    waived: { scan: '3,17,40-41' },
    concludes: { rows: 'variant-statistics@1', extra: 'file' },
    fansOut: { list: 'leads', most: 10_000 },
  },
];

export const ITEMS: unknown[] = [
  null,
  { first: 0, last: 39 },
  { chromosome: '22', position: '51063477', effect: 'C', other: 'T' },
];
