import { describe, expect, it } from 'vitest';
import type { CohortEvidence, ColumnEvidence, PhenotypeEvidence } from '../../../contracts/job.js';
import { policySchema } from '../../../contracts/schemas/environment.js';
import { judgeCohort } from '../../../gate/rules/r4.js';

/** minCount 10: so topShare 0.9, and nine people are looked at. */
const POLICY = policySchema.parse({ wall: 'walled', grants: {} });

/** Nine people hold `nine` of the sum of squares, the largest of them `one`. */
function topShares(one: number, nine: number): number[] {
  const shares = [one, ...Array.from({ length: 8 }, (_, i) => one + ((nine - one) * (i + 1)) / 8)];
  return [...shares, ...Array.from({ length: 41 }, (_, i) => nine + ((1 - nine) * (i + 1)) / 41)];
}

const column = (changes: Partial<ColumnEvidence> = {}): ColumnEvidence => ({
  ...{ name: 'SEX', offMode: 10, isTwoValued: true, topShares: topShares(0.1, 0.5) },
  ...changes,
});

const phenotype = (changes: Partial<PhenotypeEvidence> = {}): PhenotypeEvidence => ({
  ...{ type: 'number', cases: null, controls: null, topShares: topShares(0.1, 0.5) },
  ...changes,
});

const judge = (changes: Partial<CohortEvidence> = {}): string[] =>
  judgeCohort(
    {
      ...{ people: 100, parameters: 5, collinear: [], maxLeverage: 0.3 },
      ...{ columns: [column()], phenotype: phenotype() },
      ...changes,
    },
    POLICY,
    'HEIGHT',
  ).map(({ code, about }) => (about === null ? code : `${code} ${about}`));

describe('R4 admits what is just inside, and refuses what is just outside', () => {
  it.each<[string, Partial<CohortEvidence>, Partial<CohortEvidence>]>([
    // 50 people at least; 5 parameters are 10 % of 50.
    ['cohort-too-small', { people: 50 }, { people: 49, parameters: 4 }],
    ['too-many-parameters', { people: 100, parameters: 10 }, { people: 100, parameters: 11 }],
    ['leverage-too-high', { maxLeverage: 0.499 }, { maxLeverage: 0.5 }],
    [
      'group-too-small SEX',
      { columns: [column({ offMode: 10 })] },
      { columns: [column({ offMode: 9 })] },
    ],
    // 0.9 * (1 - 9 / 100) = 0.819
    [
      'covariate-dominated SEX',
      { columns: [column({ topShares: topShares(0.1, 0.818) })] },
      { columns: [column({ topShares: topShares(0.1, 0.82) })] },
    ],
    [
      'phenotype-dominated HEIGHT',
      { phenotype: phenotype({ topShares: topShares(0.24, 0.5) }) },
      { phenotype: phenotype({ topShares: topShares(0.25, 0.5) }) },
    ],
    [
      'phenotype-dominated HEIGHT',
      { phenotype: phenotype({ topShares: topShares(0.1, 0.89) }) },
      { phenotype: phenotype({ topShares: topShares(0.1, 0.91) }) },
    ],
    [
      'too-few-cases HEIGHT',
      { phenotype: phenotype({ type: 'binary', cases: 10, controls: 10 }) },
      { phenotype: phenotype({ type: 'binary', cases: 9, controls: 91 }) },
    ],
    [
      'too-few-cases HEIGHT',
      { phenotype: phenotype({ type: 'binary', cases: 90, controls: 10 }) },
      { phenotype: phenotype({ type: 'binary', cases: 91, controls: 9 }) },
    ],
  ])('%s', (code, inside, outside) => {
    expect(judge(inside)).toEqual([]);
    expect(judge(outside)).toEqual([code]);
  });

  it('too-few-residual-dof', () => {
    const policy = { ...POLICY, minPeople: 1, maxParamsFrac: 1 };
    const cohort = (parameters: number): CohortEvidence => ({
      ...{ people: 20, parameters, collinear: [], maxLeverage: 0.3 },
      ...{ columns: [], phenotype: phenotype() },
    });
    expect(judgeCohort(cohort(10), policy, 'HEIGHT')).toEqual([]);
    const [note] = judgeCohort(cohort(11), policy, 'HEIGHT');
    expect(note?.code).toBe('too-few-residual-dof');
  });
});

it('an empty cohort is said to be empty, and nothing else', () => {
  expect(judge({ people: 0 })).toEqual(['cohort-empty']);
});

it('shares that were not counted are taken for all: fail closed', () => {
  const short = { columns: [column({ topShares: [0.1, 0.2] })] };
  expect(judge(short)).toEqual(['covariate-dominated SEX']);
});

it('every reason is named at once', () => {
  const columns = [column({ offMode: 3, topShares: topShares(0.4, 0.99) })];
  expect(judge({ columns, maxLeverage: 0.9 })).toEqual([
    'leverage-too-high',
    'group-too-small SEX',
    'covariate-dominated SEX',
  ]);
});
