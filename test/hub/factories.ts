/** Worlds, analyses and offers with defaults and overrides. */
import type { Offer, OfferedDataset, SignedOffer } from '../../contracts/offer.js';
import { bundleBytes } from '../../contracts/schemas/bundle.js';
import { sha256 } from '../../contracts/schemas/canonical.js';
import { parseBundle, type Analysis } from '../../contracts/schemas/load-analysis.js';
import {
  generateSigningKey,
  loadSigningKey,
  publicKeyOf,
  signJson,
} from '../../contracts/schemas/sign.js';
import type { World } from '../../contracts/world.js';
import type { Catalog } from '../../hub/catalog/catalog.js';
import { environmentsOf } from '../../hub/catalog/offers.js';

const MANIFEST = `
language: 1
name: association
version: 1.0.0
title: Association in each dataset, then combined
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
  scan_window: { reads: [people, genotypes, reference], parameters: [missing], technologies: [python, spark], cpus: 1, memory: 1GiB }
  collect_rows: { technologies: [python] }
  find_leads: { technologies: [python] }
  publish: { technologies: [python] }
`;

const PARAMETERS = {
  type: 'object',
  required: ['phenotype'],
  additionalProperties: false,
  properties: {
    phenotype: { type: 'string' },
    covariates: { type: 'array', items: { type: 'string' }, default: [] },
    frame: { type: 'string', default: 'everyone' },
    transform: { enum: ['none', 'rank-normal', 'log'], default: 'none' },
    missing: { enum: ['complete-case', 'mean'], default: 'complete-case' },
    windowBlocks: { type: 'integer', minimum: 1, default: 40 },
  },
};

export function makeAnalysis(manifest = MANIFEST, parameters: object = PARAMETERS): Analysis {
  const ops = ['scan_window', 'collect_rows', 'find_leads', 'publish'];
  const files = {
    'analysis.yaml': manifest,
    'parameters.schema.json': JSON.stringify(parameters),
    ...Object.fromEntries(ops.map((op) => [`ops/${op}.py`, `def ${op}(): ...\n`])),
  };
  const bytes = bundleBytes({ files });
  return parseBundle(bytes, sha256(bytes));
}

export const ANALYSIS = makeAnalysis();

export function makeDataset(id: string, overrides: Partial<OfferedDataset> = {}): OfferedDataset {
  const number = (title: string) => ({ title, type: 'number' as const, unit: null });
  return {
    id,
    title: `People of ${id}`,
    version: 1,
    wall: 'walled',
    residency: ['eu'],
    build: 'GRCh37',
    approximatePeople: 100,
    phenotypes: { ARSA: number('Expression of ARSA'), HEIGHT: number('Standing height') },
    covariates: { SEX: number('Sex'), PC1: number('First component') },
    frames: { everyone: { title: 'Everyone' }, women: { title: 'Women' } },
    ...overrides,
  };
}

export function makeOffer(environment: string, overrides: Partial<Offer> = {}): Offer {
  const datasets = overrides.datasets ?? [makeDataset(environment)];
  return {
    version: 1,
    environment,
    region: 'eu',
    title: environment,
    at: new Date().toISOString(),
    state: 'up',
    wall: 'walled',
    combines: false,
    reason: null,
    summaryStatistics: 'review',
    approvals: [ANALYSIS.digest],
    grants: { 'drug-discovery': datasets.map(({ id }) => id) },
    believes: ['cloud'],
    isolation: 'op',
    sandbox: 'bubblewrap',
    providers: [
      {
        id: 'local',
        kind: 'local',
        technologies: ['python'],
        slots: 2,
        cpus: 2,
        memoryBytes: 2 ** 32,
      },
    ],
    prices: { cpuHour: 100 },
    datasets,
    ...overrides,
  };
}

/** An open environment that combines. */
export function makeCloud(overrides: Partial<Offer> = {}): Offer {
  return makeOffer('cloud', {
    wall: 'open',
    combines: true,
    believes: ['finland', 'britain', 'cloud'],
    datasets: [makeDataset('utah', { wall: 'open' })],
    ...overrides,
  });
}

export const OFFERS: Offer[] = [makeOffer('finland'), makeOffer('britain'), makeCloud()];

export function makeWorld(overrides: Partial<World> = {}): World {
  return {
    title: 'Test',
    projects: { 'drug-discovery': { title: 'Drug discovery' } },
    environments: ['finland', 'britain', 'cloud'].map((id) => ({
      id,
      region: 'eu',
      gateKey: null,
    })),
    reference: null,
    ...overrides,
  };
}

export function makeCatalog(offers = OFFERS, world = makeWorld()): Catalog {
  return {
    world,
    analyses: new Map([['association', ANALYSIS]]),
    environments: environmentsOf(world, offers, new Date()),
  };
}

export const REQUEST = {
  project: 'drug-discovery',
  analysis: 'association',
  datasets: ['finland', 'britain', 'utah'],
  parameters: { phenotype: 'ARSA', covariates: ['SEX'] },
};

/** A gate's key, and what it signs. */
export function makeSigner() {
  const key = loadSigningKey(generateSigningKey().privatePem);
  return {
    publicKey: publicKeyOf(key),
    sign: (value: unknown) => signJson(value, key),
    signOffer: (offer: Offer): SignedOffer => ({ offer, signature: signJson(offer, key) }),
  };
}
