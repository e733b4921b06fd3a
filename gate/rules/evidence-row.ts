import { EVIDENCE_COLUMNS } from '../../contracts/job.js';
import { cellsOf, countOf } from './tsv.js';

/** One variant as the feeder counted it. */
export interface EvidenceRow {
  /** chromosome, position, id, effect, other: as text, compared as text. */
  keys: string[];
  n: number;
  ac: number;
  an: number;
  carriers: number;
  cases: { ac: number; an: number } | null;
}

const KEYS = 5;

export function evidenceRow(line: string): EvidenceRow {
  const cells = cellsOf(line, EVIDENCE_COLUMNS.length);
  const [n = '', ac = '', an = '', carriers = '', caseAc = '', caseAn = ''] = cells.slice(KEYS);
  return {
    keys: cells.slice(0, KEYS),
    n: countOf(n),
    ac: countOf(ac),
    an: countOf(an),
    carriers: countOf(carriers),
    cases: caseAc === '' && caseAn === '' ? null : { ac: countOf(caseAc), an: countOf(caseAn) },
  };
}

/** Copies of the rarer allele. */
export function minorAlleles({ ac, an }: { ac: number; an: number }): number {
  return Math.min(ac, an - ac);
}
