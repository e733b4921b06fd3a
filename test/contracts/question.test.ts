import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Bundle } from '../../contracts/analysis.js';
import type { DatasetDefinition } from '../../contracts/dataset.js';
import type { JobOrder } from '../../contracts/job.js';
import { analysisDigest, opDigest } from '../../contracts/schemas/bundle.js';
import { canonicalJson, sha256 } from '../../contracts/schemas/canonical.js';
import { datasetDigest, definitionsDigest } from '../../contracts/schemas/dataset-digest.js';
import { launchName, questionOf, resultKeyOf } from '../../contracts/schemas/question.js';

interface Questions {
  runtime: string;
  orders: { order: Omit<JobOrder, 'question'>; question: string }[];
  keys: { item: unknown; key: string }[];
  bundle: Bundle & { digest: string; op: string };
  definition: { definition: DatasetDefinition; definitions: string; digest: string };
}

function fixture(name: string): unknown {
  const path = new URL(`../../contracts/fixtures/${name}`, import.meta.url);
  return JSON.parse(readFileSync(path, 'utf8')) as unknown;
}

const questions = fixture('questions.json') as Questions;
const [, scan] = questions.orders;

describe('what the feeder computes as well (runtime/tests/test_question.py)', () => {
  it('canonical JSON of every value is as recorded', () => {
    const values = fixture('canonical.json') as { value: unknown; text: string }[];
    expect(values.length).toBeGreaterThan(0);
    for (const { value, text } of values) expect(canonicalJson(value)).toBe(text);
  });

  it('questions are as recorded', () => {
    for (const { order, question } of questions.orders)
      expect(questionOf(order, questions.runtime)).toBe(question);
  });

  it('result keys are as recorded', () => {
    for (const { item, key } of questions.keys)
      expect(resultKeyOf(sha256('question'), item)).toBe(key);
  });

  it('digests of a bundle and its op are as recorded', () => {
    const { bundle } = questions;
    expect(analysisDigest(bundle)).toBe(bundle.digest);
    expect(opDigest(bundle, 'scan')).toBe(bundle.op);
  });

  it('digests of a dataset are as recorded, and paths are no part of them', () => {
    const { definition, definitions, digest } = questions.definition;
    expect(definitionsDigest(definition)).toBe(definitions);
    expect(definitionsDigest({ ...definition, plink: 'elsewhere', people: 'too' })).toBe(
      definitions,
    );
    expect(definitionsDigest({ ...definition, version: 4 })).not.toBe(definitions);
    const files = { bed: 'aa', bim: 'bb', fam: 'cc', people: 'dd' };
    expect(datasetDigest(definitions, files)).toBe(digest);
  });
});

describe('a question', () => {
  it('does not depend on limits or on the order of conclusions', () => {
    const [, , combine] = questions.orders;
    const { order, question } = combine ?? { order: undefined, question: '' };
    if (order === undefined) throw new Error('the fixture has three orders');
    const turned = { ...order, conclusions: [...order.conclusions].reverse() };
    expect(questionOf(turned, questions.runtime)).toBe(question);
    const longer = { ...order, limits: { ...order.limits, seconds: 1 } };
    expect(questionOf(longer, questions.runtime)).toBe(question);
  });

  it('changes with everything that decides the bits', () => {
    if (scan === undefined) throw new Error('the fixture has three orders');
    const { order, question } = scan;
    const changed: Omit<JobOrder, 'question'>[] = [
      { ...order, parameters: { ...order.parameters, missing: 'mean' } },
      { ...order, cohort: sha256('another') },
      { ...order, waived: { scan: '1' } },
      { ...order, op: { name: 'scan', digest: sha256('another') } },
    ];
    for (const other of changed) expect(questionOf(other, questions.runtime)).not.toBe(question);
    expect(questionOf(order, sha256('another runtime'))).not.toBe(question);
  });

  it('makes a launch name of 43 characters that providers take', () => {
    const name = launchName({ run: 'r', step: 's', dataset: 'd', shards: '0-24', try: 1 });
    expect(name).toMatch(/^cl-[a-z2-7]{40}$/);
  });
});
