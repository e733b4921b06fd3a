/** Each fault with a twin that lacks it and passes. */
import { describe, expect, it } from 'vitest';
import type { Code } from '../../contracts/codes.js';
import type { Catalog } from '../../hub/catalog/catalog.js';
import { leadingCode } from '../../hub/refusal.js';
import { validateRequest } from '../../hub/validate/validate-request.js';
import {
  ANALYSIS,
  makeAnalysis,
  makeCatalog,
  makeCloud,
  makeDataset,
  makeOffer,
  makeWorld,
  OFFERS,
  REQUEST,
} from './factories.js';

const catalog = makeCatalog();
const faultsOf = (body: unknown, of: Catalog = catalog) => {
  const result = validateRequest(of, body);
  return result.isValid ? [] : result.faults;
};
const withParameters = (parameters: object) => ({
  ...REQUEST,
  parameters: { ...REQUEST.parameters, ...parameters },
});

/** Britain without height. */
const uneven = makeCatalog([
  makeOffer('finland'),
  makeOffer('britain', {
    datasets: [
      makeDataset('britain', {
        phenotypes: { ARSA: { title: 'ARSA', type: 'number', unit: null } },
        covariates: { SEX: { title: 'Sex', type: 'number', unit: null } },
        frames: { everyone: { title: 'Everyone' } },
      }),
    ],
  }),
  makeCloud(),
]);

interface Case {
  name: string;
  body: unknown;
  code: Code;
  pointer: string;
  nearest?: string[];
  twin: unknown;
  of?: Catalog;
}

const CASES: Case[] = [
  { name: 'no object', body: [], code: 'invalid-request', pointer: '', twin: REQUEST },
  {
    name: 'an unknown field',
    body: { ...REQUEST, dataset: 'finland' },
    code: 'invalid-request',
    pointer: '/dataset',
    nearest: ['datasets'],
    twin: REQUEST,
  },
  {
    name: 'no datasets',
    body: { ...REQUEST, datasets: [] },
    code: 'invalid-request',
    pointer: '/datasets',
    twin: { ...REQUEST, datasets: ['finland'] },
  },
  {
    name: 'a dataset twice',
    body: { ...REQUEST, datasets: ['finland', 'finland'] },
    code: 'invalid-request',
    pointer: '/datasets/1',
    twin: { ...REQUEST, datasets: ['finland', 'britain'] },
  },
  {
    name: 'an unknown project',
    body: { ...REQUEST, project: 'drug-discoverry' },
    code: 'invalid-request',
    pointer: '/project',
    nearest: ['drug-discovery'],
    twin: REQUEST,
  },
  {
    name: 'limits out of bounds',
    body: { ...REQUEST, limits: { pageShards: 501 } },
    code: 'invalid-request',
    pointer: '/limits/pageShards',
    twin: { ...REQUEST, limits: { pageShards: 500 } },
  },
  {
    name: 'an unknown analysis',
    body: { ...REQUEST, analysis: 'asociation' },
    code: 'unknown-analysis',
    pointer: '/analysis',
    nearest: ['association'],
    twin: REQUEST,
  },
  {
    name: 'an unknown dataset',
    body: { ...REQUEST, datasets: ['finnland', 'utah'] },
    code: 'unknown-dataset',
    pointer: '/datasets/0',
    nearest: ['finland'],
    twin: { ...REQUEST, datasets: ['finland', 'utah'] },
  },
  {
    name: 'an unknown parameter',
    body: withParameters({ windowBlock: 4 }),
    code: 'unknown-parameter',
    pointer: '/parameters/windowBlock',
    nearest: ['windowBlocks'],
    twin: withParameters({ windowBlocks: 4 }),
  },
  {
    name: 'a parameter out of its range',
    body: withParameters({ windowBlocks: 0 }),
    code: 'invalid-parameter',
    pointer: '/parameters/windowBlocks',
    twin: withParameters({ windowBlocks: 1 }),
  },
  {
    name: 'a value that is none of the allowed',
    body: withParameters({ transform: 'rank_normal' }),
    code: 'invalid-parameter',
    pointer: '/parameters/transform',
    nearest: ['rank-normal'],
    twin: withParameters({ transform: 'rank-normal' }),
  },
  {
    name: 'a parameter that is missing',
    body: { ...REQUEST, parameters: {} },
    code: 'invalid-parameter',
    pointer: '/parameters/phenotype',
    twin: { ...REQUEST, parameters: { phenotype: 'ARSA' } },
  },
  {
    name: 'a phenotype that no dataset offers',
    body: withParameters({ phenotype: 'HIGHT' }),
    code: 'unknown-phenotype',
    pointer: '/parameters/phenotype',
    nearest: ['HEIGHT'],
    twin: withParameters({ phenotype: 'HEIGHT' }),
  },
  {
    name: 'a covariate that no dataset offers',
    body: withParameters({ covariates: ['SEX', 'PC9'] }),
    code: 'unknown-covariate',
    pointer: '/parameters/covariates/1',
    twin: withParameters({ covariates: ['SEX', 'PC1'] }),
  },
  {
    name: 'a frame that no dataset offers',
    body: withParameters({ frame: 'woman' }),
    code: 'unknown-frame',
    pointer: '/parameters/frame',
    nearest: ['women'],
    twin: withParameters({ frame: 'women' }),
  },
  {
    name: 'a phenotype that one dataset lacks',
    body: withParameters({ phenotype: 'HEIGHT' }),
    code: 'phenotype-missing-in-dataset',
    pointer: '/datasets/1',
    twin: withParameters({ phenotype: 'ARSA' }),
    of: uneven,
  },
  {
    name: 'a covariate that one dataset lacks',
    body: withParameters({ covariates: ['PC1'] }),
    code: 'covariate-missing-in-dataset',
    pointer: '/datasets/1',
    twin: withParameters({ covariates: ['SEX'] }),
    of: uneven,
  },
  {
    name: 'a frame that one dataset lacks',
    body: withParameters({ frame: 'women' }),
    code: 'frame-missing-in-dataset',
    pointer: '/datasets/1',
    twin: withParameters({ frame: 'everyone' }),
    of: uneven,
  },
  {
    name: 'genome builds that differ',
    body: REQUEST,
    code: 'builds-differ',
    pointer: '/datasets/1',
    twin: { ...REQUEST, datasets: ['finland', 'utah'] },
    of: makeCatalog([
      makeOffer('finland'),
      makeOffer('britain', { datasets: [makeDataset('britain', { build: 'GRCh38' })] }),
      makeCloud(),
    ]),
  },
  {
    name: 'a build that is not the one of the list of variants',
    body: { ...REQUEST, datasets: ['finland'] },
    code: 'builds-differ',
    pointer: '/datasets/0',
    twin: { ...REQUEST, datasets: ['utah'] },
    of: makeCatalog(
      [makeOffer('finland'), makeCloud({ datasets: [makeDataset('utah', { build: 'GRCh38' })] })],
      makeWorld({ reference: { build: 'GRCh38', file: 'v.tsv', sha256: 'a'.repeat(64) } }),
    ),
  },
];

describe('a request is refused for', () => {
  it.each(CASES)('$name', ({ body, code, pointer, nearest = [], twin, of }) => {
    const faults = faultsOf(body, of);
    expect(faults.map((fault) => [fault.code, fault.pointer])).toEqual([[code, pointer]]);
    expect(faults[0]?.nearest).toEqual(expect.arrayContaining(nearest));
    expect(faultsOf(twin, of)).toEqual([]);
  });

  it('too many steps times datasets', () => {
    const ids = Array.from({ length: 58 }, (_, index) => `d${index}`);
    const many = makeCatalog([makeCloud({ datasets: ids.map((id) => makeDataset(id)) })]);
    const request = (count: number) => ({ ...REQUEST, datasets: ids.slice(0, count) });
    // Seven steps.
    expect(faultsOf(request(58), many).map(({ code }) => code)).toEqual(['too-many-steps']);
    expect(faultsOf(request(57), many)).toEqual([]);
  });

  it('a plan beyond 64 KiB', () => {
    const open = makeAnalysis(undefined, {
      type: 'object',
      properties: {
        ...(ANALYSIS.parameterSchema['properties'] as object),
        note: { type: 'string' },
      },
    });
    const wide = { ...catalog, analyses: new Map([['association', open]]) };
    const request = (length: number) => withParameters({ note: 'x'.repeat(length) });
    expect(faultsOf(request(70_000), wide).map(({ code }) => code)).toEqual(['plan-too-large']);
    expect(faultsOf(request(1_000), wide)).toEqual([]);
  });
});

describe('a request', () => {
  it('is told all its faults at once', () => {
    const body = {
      project: 'none',
      analysis: 'association',
      datasets: ['finland', 'nowhere'],
      parameters: { phenotype: 'NONE', windowBlocks: 'many', extra: 1 },
      more: true,
    };
    const faults = faultsOf(body).map(({ code, pointer }) => `${pointer} ${code}`);
    expect(faults.sort()).toEqual([
      '/datasets/1 unknown-dataset',
      '/more invalid-request',
      '/parameters/extra unknown-parameter',
      '/parameters/phenotype unknown-phenotype',
      '/parameters/windowBlocks invalid-parameter',
      '/project invalid-request',
    ]);
    expect(leadingCode(faultsOf(body))).toBe('invalid-request');
  });

  it('resolves to a plan with defaults, sorted datasets and their versions', () => {
    const result = validateRequest(catalog, REQUEST);
    expect(result.isValid && result.value.plan).toEqual({
      version: 1,
      project: 'drug-discovery',
      analysis: { name: 'association', version: '1.0.0', digest: ANALYSIS.digest },
      parameters: {
        phenotype: 'ARSA',
        covariates: ['SEX'],
        frame: 'everyone',
        transform: 'none',
        missing: 'complete-case',
        windowBlocks: 40,
      },
      datasets: ['britain', 'finland', 'utah'].map((id) => ({ id, version: 1 })),
      reference: null,
      limits: { batch: 'auto', pageShards: 500 },
    });
  });

  it('is not changed by its validation', () => {
    const body = structuredClone(REQUEST);
    validateRequest(catalog, body);
    expect(body).toEqual(REQUEST);
  });

  it('names a dataset whose environment is down: the run waits', () => {
    const down = OFFERS.map((offer) => ({ ...offer, at: '2020-01-01T00:00:00.000Z' }));
    expect(faultsOf(REQUEST, makeCatalog(down))).toEqual([]);
  });
});
