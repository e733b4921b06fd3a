/** What the demo says about a run. */
import type { RunEvent, RunView } from '../../contracts/run.js';
import { CODES, isCode } from '../../contracts/codes.js';
import { totalBooks } from '../output/books.js';
import { codeLines, droppedInWords } from '../output/run.js';
import { formatTable } from '../output/table.js';

/** Why rows are held back, in words. */
const REASONS: Record<string, string> = {
  'minor-allele-count': 'too few copies of the rarer allele: such a row tells about single people',
  carriers: 'too few people carry the rarer allele',
  'minor-allele-count-by-case': 'too few copies of the rarer allele among cases or among controls',
  'not-estimable':
    'nothing is estimated: the variant does not vary in this cohort, follows from the covariates or, in refined, repeats the lead',
  'non-autosomal': 'not on an autosome',
  unplaced: 'without a place on the genome',
  'strand-undeclared': 'A/T or C/G, and the strand of the alleles is not declared',
};

/** A line an event of admission; undefined for other events. */
export function admissionLine({ type, data }: RunEvent): string | undefined {
  if (type !== 'admission-decided') return undefined;
  const dataset = String(data['dataset']);
  const codes = (data['codes'] ?? []) as { code: string; about: string | null }[];
  const words = codes.map(({ code, about }) => `${about ?? ''} ${code}`.trim()).join(', ');
  const advice = words === '' ? '' : ` (${words})`;
  if (data['isAdmitted'] === true) return `  ${dataset}: admitted by its gate${advice}`;
  return `  ${dataset}: refused (${words})`;
}

/** What each gate let out of the rows of its dataset, and what it held back. */
export function heldBack({ conclusions }: RunView): string {
  const rows = conclusions
    .filter(({ dataset, rule }) => dataset !== 'anywhere' && rule.startsWith('variant-statistics'))
    .map(({ step, dataset, rule, verdict, dropped }) => [
      dataset,
      step,
      rule,
      verdict,
      droppedInWords(dropped),
    ]);
  const reasons = new Set(conclusions.flatMap(({ dropped }) => Object.keys(dropped)));
  const words = [...reasons].flatMap((reason) =>
    REASONS[reason] === undefined ? [] : [`  ${reason}: ${REASONS[reason]}`],
  );
  return [
    formatTable(['dataset', 'step', 'rule', 'verdict', 'held back, rows'], rows),
    ...words,
  ].join('\n');
}

/** How much of the run was there already. */
export function reuseInWords(run: RunView): string {
  const { done, reused } = totalBooks(run);
  if (reused === 0) return `${done} shards were computed, none was there before.`;
  return `${reused} of ${done} shards were there already from an earlier run and were reused, none of them ran again.`;
}

/** Why it ended without a result. */
export function whyNot(run: RunView): string {
  const advice = run.codes.flatMap(({ code }) => (isCode(code) ? [CODES[code].sentence] : []));
  const waiting = run.waitingFor === null ? [] : [`waits for ${run.waitingFor}`];
  return [`the run is ${run.state}`, ...waiting, ...codeLines(run), ...new Set(advice)].join(
    '\n  ',
  );
}
