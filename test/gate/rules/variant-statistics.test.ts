import { describe, expect, it } from 'vitest';
import { policySchema } from '../../../contracts/schemas/environment.js';
import type { CohortEvidence } from '../../../contracts/job.js';
import type { Refusal } from '../../../gate/refusal.js';
import { STATISTICS_COLUMNS } from '../../../gate/rules/statistics-row.js';
import { negLog10P } from '../../../gate/rules/tail.js';
import { releaseVariantStatistics } from '../../../gate/rules/variant-statistics.js';
import { COHORT_EVIDENCE } from '../support/environment.js';

const POLICY = policySchema.parse({
  ...{ wall: 'walled', grants: {}, summaryStatistics: 'open', reason: 'public donors' },
  ...{ minMAC: 10, minCarriers: 5 },
});

/** t = 2, 10 degrees of freedom: -log10 p = 1.13437474194543. */
const ROW = {
  ...{ chromosome: '22', position: '100', id: 'rs1', effect: 'A', other: 'G', n: '12' },
  ...{ dof: '10', eaf: '0.5', beta: '0.123456789', se: '0.0617283945' },
  ...{ neglog10p: '1.13437474194543', status: 'ok' },
};
const EVIDENCE = {
  ...{ chromosome: '22', position: '100', id: 'rs1', effect: 'A', other: 'G' },
  ...{ n: '12', ac: '12', an: '24', carriers: '9', caseAc: '', caseAn: '' },
};

/** -log10 p of t = 2, by degrees of freedom. */
const P: Record<string, string> = Object.fromEntries(
  [7, 8, 9, 10, 11].map((dof) => [String(dof), String(negLog10P(2, dof))]),
);

type Row = typeof ROW;
type Evidence = typeof EVIDENCE;
interface Case {
  row?: Partial<Row>;
  evidence?: Partial<Evidence>;
}

function release(
  cases: Case[],
  options: { policy?: object; leads?: string[]; lead?: string; cohort?: CohortEvidence } = {},
) {
  const { leads, lead } = options;
  const header = [...STATISTICS_COLUMNS, ...(lead === undefined ? [] : ['lead'])].join('\t');
  const rows = cases.map(({ row }) =>
    [...Object.values({ ...ROW, ...row }), ...(lead === undefined ? [] : [lead])].join('\t'),
  );
  const counted = cases.map(({ evidence }) =>
    Object.values({ ...EVIDENCE, ...evidence }).join('\t'),
  );
  return releaseVariantStatistics({
    bytes: Buffer.from([header, ...rows, ''].join('\n')),
    evidence: Buffer.from(counted.map((line) => `${line}\n`).join('')),
    policy: { ...POLICY, ...options.policy },
    most: null,
    cohort: options.cohort ?? null,
    leads: leads ? new Set(leads) : null,
  });
}

function codeOf(work: () => unknown): string {
  try {
    work();
    return 'released';
  } catch (error) {
    return (error as Refusal).code;
  }
}

const linesOf = (bytes: Buffer) => bytes.toString().split('\n').slice(1, -1);

describe('what leaves', () => {
  it('has capped digits, and n and frequency from what was counted', () => {
    const { bytes, verdict, dropped } = release([{}]);
    expect(linesOf(bytes)).toEqual([
      '22\t100\trs1\tA\tG\t12\t10\t0.5\t0.12346\t0.061728\t1.134\tok',
    ]);
    expect([verdict, dropped]).toEqual(['pass', {}]);
  });

  it('has nothing in its numbers that the op could choose how to write', () => {
    const padded = release([{ row: { dof: '0000000010' } }]);
    expect(padded.bytes).toEqual(release([{}]).bytes);
    // Within the tolerance, and yet a number of the op's choice.
    const zero = { row: { beta: '0', neglog10p: '0.000000000412345' } };
    expect(linesOf(release([zero]).bytes)[0]?.split('\t')[10]).toBe('0');
  });

  it('waits for a review unless the custodian wrote why not', () => {
    expect(release([{}], { policy: { summaryStatistics: 'review' } }).verdict).toBe('review');
  });

  it('raises a frequency to minMAF, on either side', () => {
    const rare = { row: { eaf: '0.005' }, evidence: { ac: '12', an: '2400' } };
    const common = { row: { eaf: '0.995' }, evidence: { ac: '2388', an: '2400' } };
    const { bytes } = release([rare, common], { policy: { minMAF: 0.01 } });
    expect(linesOf(bytes).map((line) => line.split('\t')[7])).toEqual(['0.01', '0.99']);
  });
});

describe('R5: a row about too few is dropped whole', () => {
  const kept = {};
  it.each<[string, Case, Case]>([
    [
      'minor-allele-count',
      { row: { eaf: '0.1' }, evidence: { ac: '10', an: '100' } },
      { row: { eaf: '0.09' }, evidence: { ac: '9', an: '100' } },
    ],
    [
      'minor-allele-count',
      { row: { eaf: '0.9' }, evidence: { ac: '90', an: '100' } },
      { row: { eaf: '0.91' }, evidence: { ac: '91', an: '100' } },
    ],
    ['carriers', { evidence: { carriers: '5' } }, { evidence: { carriers: '4' } }],
    [
      'minor-allele-count-by-case',
      { row: { eaf: '0.5' }, evidence: { ac: '20', an: '40', caseAc: '10', caseAn: '20' } },
      { row: { eaf: '0.5' }, evidence: { ac: '20', an: '40', caseAc: '11', caseAn: '20' } },
    ],
    [
      'not-estimable',
      {},
      { row: { status: 'not-estimable', beta: 'NA', se: 'NA', neglog10p: 'NA' } },
    ],
  ])('%s', (reason, inside, outside) => {
    expect(release([kept, inside]).dropped).toEqual({});
    const { bytes, dropped } = release([kept, outside]);
    expect(dropped).toEqual({ [reason]: 1 });
    expect(linesOf(bytes)).toHaveLength(1);
  });

  it('says so when nothing is left', () => {
    expect(codeOf(() => release([{ evidence: { carriers: '1' } }]))).toBe('nothing-to-release');
  });
});

describe('R10: the table follows from what was counted', () => {
  it.each<[string, Case]>([
    ['evidence-mismatch', { row: { id: 'rs2' } }],
    ['evidence-mismatch', { row: { effect: 'C' } }],
    ['evidence-mismatch', { row: { n: '13' } }],
    ['evidence-mismatch', { row: { eaf: '0.5001' } }],
    ['value-out-of-range', { row: { se: '0' } }],
    ['value-out-of-range', { row: { se: '-0.06' } }],
    ['value-out-of-range', { row: { dof: '12' } }],
    ['value-out-of-range', { row: { dof: '0' } }],
    ['value-out-of-range', { row: { neglog10p: '1.1344' } }],
    ['table-invalid', { row: { beta: 'Infinity' } }],
    ['table-invalid', { row: { beta: 'NaN' } }],
    ['table-invalid', { row: { beta: '0x10' } }],
    ['table-invalid', { row: { status: 'note to the reader' } }],
    ['table-invalid', { row: { se: '0.06\tmore' } }],
  ])('%s: %o', (code, changed) => {
    expect(codeOf(() => release([{}]))).toBe('released');
    expect(codeOf(() => release([changed]))).toBe(code);
  });

  it('has degrees of freedom that follow from people and parameters', () => {
    const given = (dof: string) =>
      codeOf(() =>
        release([{ row: { dof, neglog10p: P[dof] ?? '' } }], { cohort: COHORT_EVIDENCE }),
      );
    // 12 people, 2 parameters and the variant, or a lead as well; a covariate may have fallen away.
    expect(['8', '9', '10'].map(given)).toEqual(['released', 'released', 'released']);
    expect(['7', '11'].map(given)).toEqual(['value-out-of-range', 'value-out-of-range']);
  });

  it('has every counted row, once and in order', () => {
    const other = { row: { id: 'rs2' }, evidence: { id: 'rs2' } };
    const both = release([{}, other]);
    expect(linesOf(both.bytes)).toHaveLength(2);
    const evidence = Buffer.from(`${Object.values(EVIDENCE).join('\t')}\n`);
    const judge = (rows: string[], counted: Buffer) =>
      codeOf(() =>
        releaseVariantStatistics({
          bytes: Buffer.from([STATISTICS_COLUMNS.join('\t'), ...rows, ''].join('\n')),
          ...{ evidence: counted, policy: POLICY, most: null, leads: null, cohort: null },
        }),
      );
    const row = Object.values(ROW).join('\t');
    expect(judge([row], evidence)).toBe('released');
    expect(judge([row, row], evidence)).toBe('evidence-mismatch');
    expect(judge([], evidence)).toBe('evidence-mismatch');
    expect(judge([row], Buffer.concat([evidence, evidence]))).toBe('evidence-mismatch');
  });

  it('is refused without evidence, with another header, and without a last line feed', () => {
    const given = { policy: POLICY, most: null, leads: null, cohort: null };
    const row = Object.values(ROW).join('\t');
    const table = Buffer.from(`${STATISTICS_COLUMNS.join('\t')}\n${row}\n`);
    const evidence = Buffer.from(`${Object.values(EVIDENCE).join('\t')}\n`);
    const judge = (bytes: Buffer, counted: Buffer | null) =>
      codeOf(() => releaseVariantStatistics({ bytes, evidence: counted, ...given }));
    expect(judge(table, evidence)).toBe('released');
    expect(judge(table, null)).toBe('evidence-mismatch');
    expect(judge(Buffer.from(`x${table.toString()}`), evidence)).toBe('table-invalid');
    expect(judge(table.subarray(0, -1), evidence)).toBe('table-invalid');
  });
});

describe('rows conditioned on a lead', () => {
  const leads = ['22:90:A:G'];

  it('name an item of the list', () => {
    const lead = '22:90:A:G';
    expect(linesOf(release([{}], { leads, lead }).bytes)[0]).toContain('\tok\t22:90:A:G');
    expect(codeOf(() => release([{}], { leads, lead: '22:91:A:G' }))).toBe('table-invalid');
    expect(codeOf(() => release([{}], { leads }))).toBe('table-invalid');
    expect(codeOf(() => release([{}], { lead }))).toBe('table-invalid');
  });

  it('may all fall away', () => {
    expect(linesOf(release([], { leads }).bytes)).toEqual([]);
  });
});
