import { describe, expect, it } from 'vitest';
import { modelOf, parseManifest } from '../../contracts/schemas/manifest.js';

const STEPS = {
  cut: '{ id: windows, cut: variants, blocks: parameters.windowBlocks, at: datasets }',
  scan: '{ id: scan, op: scan, at: datasets, for-each: windows }',
  rows: '{ id: rows, op: rows, at: datasets, inputs: [scan], concludes: { rows: variant-statistics@1 } }',
  combined: '{ id: combined, op: combine, at: anywhere, inputs: [rows] }',
};

function manifest(steps: string[], rest = ''): string {
  return [
    'language: 1',
    'name: sample',
    'version: 1.0.0',
    'title: Sample',
    'steps:',
    ...steps.map((step) => `  - ${step}`),
    'ops:',
    '  scan: { reads: [genotypes], technologies: [python] }',
    '  rows: { technologies: [python] }',
    '  combine: { technologies: [python] }',
    rest,
  ].join('\n');
}

describe('a manifest', () => {
  it('is read in the order of its steps, a cut fanning out under its own name', () => {
    const { steps } = parseManifest(manifest(Object.values(STEPS)));
    expect(steps.map(({ id }) => id)).toEqual(['windows', 'scan', 'rows', 'combined']);
    expect(steps[0]?.fansOut).toEqual({ list: 'windows', most: null });
    expect(steps[0]?.blocks).toBe('windowBlocks');
  });

  const faults: [string, string[], RegExp][] = [
    [
      'reads an unconcluded step across a wall',
      [
        '{ id: scan, op: scan, at: datasets }',
        '{ id: combined, op: combine, at: anywhere, inputs: [scan] }',
      ],
      /:7: steps\.combined: reads scan across a wall/,
    ],
    ['reads a later step', [STEPS.scan, STEPS.cut], /reads windows, which is no earlier step/],
    [
      'names an op that is not there',
      ['{ id: a, op: nothing, at: datasets }'],
      /no op nothing under ops; allowed: scan, rows, combine/,
    ],
    [
      'is both a cut and an op',
      ['{ id: a, op: scan, cut: variants, at: datasets }'],
      /either a cut or an op/,
    ],
    [
      'runs for each item of what is no list',
      ['{ id: a, op: rows, at: datasets }', '{ id: b, op: rows, at: datasets, for-each: a }'],
      /does not fan out/,
    ],
    [
      'reads people outside a dataset',
      ['{ id: a, op: scan, at: anywhere }'],
      /reads conclusions alone, not genotypes/,
    ],
    ['has two steps of one id', [STEPS.cut, STEPS.cut], /two steps have this id/],
    [
      'lets a file leave a dataset',
      ['{ id: a, op: rows, at: datasets, concludes: { a: file } }'],
      /file is for steps at: anywhere only/,
    ],
    [
      'concludes shards one by one',
      [
        STEPS.cut,
        '{ id: a, op: rows, at: datasets, for-each: windows, concludes: { a: variant-statistics@1 } }',
      ],
      /collect it first/,
    ],
  ];
  it.each(faults)('is refused when a step %s', (_name, steps, message) => {
    expect(() => parseManifest(manifest(steps))).toThrow(message);
  });

  it('is refused with file, line and field for an unknown key', () => {
    expect(() => parseManifest(manifest(Object.values(STEPS), 'colour: red'))).toThrow(
      /analysis\.yaml:14: colour: unknown key/,
    );
  });

  it('resolves its model from parameters', () => {
    const text = manifest(
      Object.values(STEPS),
      'model: { phenotype: parameters.y, covariates: parameters.c, frame: parameters.f, transform: parameters.t }',
    );
    const parameters = { y: 'ARSA', c: ['SEX'], f: 'everyone', t: 'none' };
    expect(modelOf(parseManifest(text), parameters)).toEqual({
      phenotype: 'ARSA',
      covariates: ['SEX'],
      frame: 'everyone',
      transform: 'none',
    });
  });
});
