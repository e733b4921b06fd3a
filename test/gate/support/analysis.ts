import { bundleBytes } from '../../../contracts/schemas/bundle.js';
import { canonicalJson, sha256 } from '../../../contracts/schemas/canonical.js';
import type { Plan } from '../../../contracts/plan.js';

const MANIFEST = `
language: 1
name: association
version: 1.0.0
title: Association
model: { phenotype: parameters.phenotype, covariates: parameters.covariates, frame: parameters.frame, transform: parameters.transform }
steps:
  - { id: windows, cut: variants, blocks: parameters.windowBlocks, at: datasets }
  - { id: scan, op: scan_window, at: datasets, for-each: windows }
  - { id: rows, op: collect_rows, at: datasets, inputs: [scan], concludes: { rows: variant-statistics@1 } }
  - { id: leads, op: find_leads, at: anywhere, inputs: [rows], concludes: { leads: variant-list@1 }, fans-out: { list: leads, most: 100 } }
  - { id: refine, op: scan_window, at: datasets, for-each: leads }
  - { id: refined, op: collect_rows, at: datasets, inputs: [refine], concludes: { rows: variant-statistics@1 } }
  - { id: publish, op: publish, at: anywhere, inputs: [rows, refined], concludes: { association: file } }
ops:
  scan_window: { reads: [people, genotypes, reference], parameters: [missing], technologies: [python] }
  collect_rows: { technologies: [python] }
  find_leads: { parameters: [leadThreshold], technologies: [python] }
  publish: { technologies: [python] }
`;

export function makeBundle(files: Record<string, string> = {}) {
  const ops = ['scan_window', 'collect_rows', 'find_leads', 'publish'];
  const bundle = {
    files: {
      'analysis.yaml': MANIFEST,
      'parameters.schema.json': '{}',
      ...Object.fromEntries(ops.map((op) => [`ops/${op}.py`, `# ${op}\n`])),
      ...files,
    },
  };
  const bytes = bundleBytes(bundle);
  return { bundle, bytes, digest: sha256(bytes) };
}

export function makePlan(analysis: string, overrides: Partial<Plan> = {}) {
  const plan: Plan = {
    version: 1,
    project: 'drugs',
    analysis: { name: 'association', version: '1.0.0', digest: analysis },
    parameters: {
      phenotype: 'HEIGHT',
      covariates: ['SEX'],
      frame: 'everyone',
      transform: 'none',
      windowBlocks: 40,
      missing: 'complete-case',
      leadThreshold: 1e-3,
    },
    datasets: [
      { id: 'finland', version: 1 },
      { id: 'utah', version: 3 },
    ],
    reference: null,
    limits: { batch: 'auto', pageShards: 500 },
    ...overrides,
  };
  const bytes = Buffer.from(canonicalJson(plan));
  return { plan, bytes, digest: sha256(bytes) };
}
