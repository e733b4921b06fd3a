/**
 * `variant-statistics@1`: one row a variant (R5, R10). A row about too few copies or carriers of the rarer allele is
 * dropped whole: with one carrier, beta and intercept are that person's phenotype.
 */
import type { CohortEvidence } from '../../contracts/job.js';
import type { Policy } from '../../contracts/policy.js';
import { Refusal } from '../refusal.js';
import { evidenceRow, minorAlleles, type EvidenceRow } from './evidence-row.js';
import type { RuleInput, RuleResult } from './rule.js';
import {
  checkRow,
  STATISTICS_COLUMNS,
  type Estimate,
  type StatisticsCells,
} from './statistics-row.js';
import { cellsOf, linesOf, significant } from './tsv.js';

const HEADER = STATISTICS_COLUMNS.join('\t');
const LEAD_HEADER = `${HEADER}\tlead`;

export function releaseVariantStatistics(input: RuleInput): RuleResult {
  const { policy, evidence, leads } = input;
  refuseUncounted(evidence);
  const counted = linesOf(evidence);
  let header: string | undefined;
  const lines: string[] = [];
  const dropped: Record<string, number> = {};
  for (const line of linesOf(input.bytes)) {
    if (header === undefined) {
      header = readHeader(line, leads !== null);
      continue;
    }
    const row = releaseRow(line, {
      ...input,
      hasLead: header === LEAD_HEADER,
      counted: nextOf(counted),
    });
    if ('kept' in row) lines.push(row.kept);
    else dropped[row.dropped] = (dropped[row.dropped] ?? 0) + 1;
  }
  refuseMissingRows(counted);
  // Of leads all rows may fall away, and none may be there; of the whole genome that is no result.
  if (leads === null && lines.length === 0) throw new Refusal('nothing-to-release');
  const verdict = policy.summaryStatistics === 'open' ? 'pass' : 'review';
  const text = [readHeader(header, leads !== null), ...lines, ''].join('\n');
  return { verdict, bytes: Buffer.from(text), dropped };
}

export function refuseUncounted(evidence: Buffer | null): asserts evidence is Buffer {
  if (evidence === null) throw new Refusal('evidence-mismatch');
}

/** Cases and controls have to be counted apart. */
export function refuseUncountedCases({ cases }: EvidenceRow, cohort: CohortEvidence | null): void {
  const isCounted = cohort?.phenotype.type !== 'binary' || cases !== null;
  if (!isCounted) throw new Refusal('evidence-mismatch');
}

function nextOf(counted: Generator<string>): EvidenceRow {
  const next = counted.next();
  if (next.done === true) throw new Refusal('evidence-mismatch');
  return evidenceRow(next.value);
}

export function refuseMissingRows(counted: Generator<string>): void {
  if (counted.next().done !== true) throw new Refusal('evidence-mismatch');
}

/** Rows carry a lead only where there is a list of them. A table without rows may leave the column out. */
function readHeader(header: string | undefined, mayHaveLead: boolean): string {
  if (header === HEADER || (header === LEAD_HEADER && mayHaveLead)) return header;
  throw new Refusal('table-invalid');
}

interface RowContext extends RuleInput {
  hasLead: boolean;
  counted: EvidenceRow;
}

function releaseRow(line: string, context: RowContext): { kept: string } | { dropped: string } {
  const { hasLead, counted, policy, leads, cohort } = context;
  const cells = cellsOf(line, STATISTICS_COLUMNS.length + (hasLead ? 1 : 0));
  const lead = hasLead ? cells.pop() : undefined;
  if (leads !== null) refuseOtherLead(lead, leads);
  const named = Object.fromEntries(
    STATISTICS_COLUMNS.map((column, index) => [column, cells[index] ?? '']),
  ) as StatisticsCells;
  const estimate = checkRow(named, counted, cohort);
  refuseUncountedCases(counted, cohort);
  if (estimate === null) return { dropped: 'not-estimable' };
  const reason = reasonToDrop(counted, policy);
  if (reason !== null) return { dropped: reason };
  const written = writeRow(counted, estimate, policy);
  return { kept: lead === undefined ? written : `${written}\t${lead}` };
}

/** A lead is an item of the list that was fanned out over, not text of the op's choice. */
export function refuseOtherLead(lead: string | undefined, leads: ReadonlySet<string>): void {
  if (lead === undefined || !leads.has(lead)) throw new Refusal('table-invalid');
}

/** Binary phenotypes: beta, se, EAF and n give the table of cases back, so cases and controls count apart. */
export function reasonToDrop(row: EvidenceRow, policy: Policy): string | null {
  if (minorAlleles(row) < policy.minMAC) return 'minor-allele-count';
  if (row.carriers < policy.minCarriers) return 'carriers';
  if (row.cases === null) return null;
  const controls = { ac: row.ac - row.cases.ac, an: row.an - row.cases.an };
  const isRare = [row.cases, controls].some((group) => minorAlleles(group) < policy.minMAC);
  return isRare ? 'minor-allele-count-by-case' : null;
}

/** Keys, n and frequency come from the evidence; only the estimates are the op's, with fewer digits. */
function writeRow(row: EvidenceRow, estimate: Estimate, policy: Policy): string {
  const { digits, minMAF } = policy;
  const eaf = Math.min(Math.max(row.ac / row.an, minMAF), 1 - minMAF);
  return [
    ...row.keys,
    row.n,
    estimate.dof,
    String(Number(eaf.toFixed(digits.frequencies))),
    significant(estimate.beta, digits.estimates),
    significant(estimate.se, digits.estimates),
    significant(estimate.negLog10P, digits.pValues),
    'ok',
  ].join('\t');
}
