/** `variant-list@1`: leads. They are made of conclusions, outside; so nothing behind a wall has one to release. */
import { Refusal } from '../refusal.js';
import type { RuleInput, RuleResult } from './rule.js';
import { cellsOf, linesOf } from './tsv.js';

const COLUMNS = ['chromosome', 'position', 'effect', 'other'] as const;
const HEADER = COLUMNS.join('\t');
const CHROMOSOME = /^[A-Za-z0-9]{1,10}$/;
const POSITION = /^[1-9]\d{0,9}$/;
const ALLELE = /^[A-Z*]{1,1000}$/;

export function releaseVariantList({ bytes, policy, most }: RuleInput): RuleResult {
  const items = parseVariantList(bytes);
  if (items.length > (most ?? 0)) throw new Refusal('fan-out-too-large');
  const lines = [HEADER, ...items];
  return {
    verdict: policy.wall === 'open' ? 'pass' : 'fail',
    bytes: Buffer.from(`${lines.join('\n')}\n`),
    dropped: {},
  };
}

/** @returns the rows. @throws Refusal `table-invalid` */
export function parseVariantList(bytes: Buffer): string[] {
  const [header, ...rows] = linesOf(bytes);
  if (header !== HEADER) throw new Refusal('table-invalid');
  rows.forEach(refuseOtherThanVariant);
  if (new Set(rows).size !== rows.length) throw new Refusal('table-invalid');
  return rows;
}

/** The item as rows name it: `chromosome:position:effect:other`. */
export function leadsOf(bytes: Buffer): Set<string> {
  return new Set(parseVariantList(bytes).map((row) => row.replaceAll('\t', ':')));
}

function refuseOtherThanVariant(row: string): void {
  const [chromosome = '', position = '', ...alleles] = cellsOf(row, COLUMNS.length);
  const isVariant =
    CHROMOSOME.test(chromosome) &&
    POSITION.test(position) &&
    alleles.every((allele) => ALLELE.test(allele));
  if (!isVariant) throw new Refusal('table-invalid');
}
