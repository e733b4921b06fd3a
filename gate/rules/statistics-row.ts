/** One row of `variant-statistics@1`, checked against what the feeder counted and against itself. */
import type { CohortEvidence } from '../../contracts/job.js';
import { Refusal } from '../refusal.js';
import type { EvidenceRow } from './evidence-row.js';
import { negLog10P } from './tail.js';
import { countOf, numberOf } from './tsv.js';

export const STATISTICS_COLUMNS = [
  'chromosome',
  'position',
  'id',
  'effect',
  'other',
  'n',
  'dof',
  'eaf',
  'beta',
  'se',
  'neglog10p',
  'status',
] as const;

export type StatisticsCells = Record<(typeof STATISTICS_COLUMNS)[number], string>;

export interface Estimate {
  dof: number;
  beta: number;
  se: number;
  negLog10P: number;
}

/** How far an op's own frequency and p may lie from ours: they are computed in another order. */
const FREQUENCY_TOLERANCE = 1e-9;
const P_TOLERANCE = 1e-6;

/**
 * @returns null for a row without an estimate.
 * @throws Refusal `evidence-mismatch`, `table-invalid` or `value-out-of-range`
 */
export function checkRow(
  cells: StatisticsCells,
  evidence: EvidenceRow,
  cohort: CohortEvidence | null,
): Estimate | null {
  refuseOtherRow(cells, evidence);
  if (cells.status === 'not-estimable') return null;
  if (cells.status !== 'ok') throw new Refusal('table-invalid');
  refuseOtherCounts(cells, evidence);
  const [dof, beta, se] = [countOf(cells.dof), numberOf(cells.beta), numberOf(cells.se)];
  if (!(se > 0) || dof <= 0 || dof >= evidence.n) throw new Refusal('value-out-of-range');
  if (cohort !== null) refuseOtherDof(evidence.n - dof, cohort.parameters);
  const expected = negLog10P(beta / se, dof);
  refuseOtherP(numberOf(cells.neglog10p), expected);
  return { dof, beta, se, negLog10P: expected };
}

/** Rows, order and keys are the evidence's. */
export function refuseOtherRow(cells: StatisticsCells, { keys }: EvidenceRow): void {
  const own = [cells.chromosome, cells.position, cells.id, cells.effect, cells.other];
  if (own.some((cell, index) => cell !== keys[index])) throw new Refusal('evidence-mismatch');
}

export function refuseOtherCounts(cells: StatisticsCells, { n, ac, an }: EvidenceRow): void {
  if (countOf(cells.n) !== n) throw new Refusal('evidence-mismatch');
  if (!(Math.abs(numberOf(cells.eaf) - ac / an) <= FREQUENCY_TOLERANCE)) {
    throw new Refusal('evidence-mismatch');
  }
}

/** The constant, covariates as far as they are left among these people, the variant, perhaps a lead. */
export function refuseOtherDof(spent: number, parameters: number): void {
  if (spent < 2 || spent > parameters + 2) throw new Refusal('value-out-of-range');
}

/** -log10 p follows from beta, se and dof. What leaves is ours, so no other digits can travel in it. */
export function refuseOtherP(own: number, expected: number): void {
  if (!(Math.abs(own - expected) <= P_TOLERANCE * expected + 1e-9)) {
    throw new Refusal('value-out-of-range');
  }
}
