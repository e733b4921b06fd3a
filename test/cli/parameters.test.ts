import { expect, test } from 'vitest';
import { parseParameters } from '../../cli/commands/parameters.js';

const schema = {
  properties: {
    phenotype: { type: 'string' },
    covariates: { type: 'array', items: { type: 'string' } },
    leadThreshold: { type: 'number' },
    windowBlocks: { type: 'integer' },
  },
};

test('parameters take the types of the schema', () => {
  const texts = ['phenotype=ARSA', 'covariates=SEX,PC1', 'leadThreshold=1e-3', 'windowBlocks=40'];
  expect(parseParameters(texts, schema)).toEqual({
    phenotype: 'ARSA',
    covariates: ['SEX', 'PC1'],
    leadThreshold: 0.001,
    windowBlocks: 40,
  });
});

test('an empty list is written as nothing, and text that looks like a number stays text', () => {
  expect(parseParameters(['covariates=', 'phenotype=7'], schema)).toEqual({
    covariates: [],
    phenotype: '7',
  });
});

test('what is no number is left to the hub to refuse', () => {
  expect(parseParameters(['windowBlocks=many'], schema)).toEqual({ windowBlocks: 'many' });
});

test('a parameter without a value is wrong usage', () => {
  expect(() => parseParameters(['phenotype'], schema)).toThrow(/name=value/);
});
