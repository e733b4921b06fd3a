/** One run on a page of text. */
import { CODES } from '../../contracts/codes.js';
import type { ConclusionView, RunView } from '../../contracts/run.js';
import { bar, booksInWords, codesInWords, stepName } from './books.js';
import { formatTable } from './table.js';

export function formatRun(run: RunView): string {
  const title = run.analysis
    ? `${run.analysis.name}@${run.analysis.version}`
    : run.request.analysis;
  const lines = [
    `${run.id}  ${run.state}`,
    `${title} on ${run.request.datasets.join(', ')} for ${run.project}, asked by ${run.requester} at ${run.acceptedAt}`,
  ];
  if (run.waitingFor !== null) lines.push(`waits for: ${run.waitingFor}`);
  lines.push(...codeLines(run));
  if (run.steps.length > 0) lines.push('', formatSteps(run));
  if (run.conclusions.length > 0) lines.push('', formatConclusions(run.conclusions));
  return lines.join('\n');
}

/** One line a code, naming whom it concerns, with what it means. */
export function codeLines({ codes }: Pick<RunView, 'codes'>): string[] {
  return codes.map(({ code, about, dataset }) => {
    const whom = [dataset, about].filter((part) => part !== null).join(': ');
    return `${whom === '' ? '' : `${whom}: `}${code}: ${CODES[code].sentence}`;
  });
}

export function formatSteps({ steps }: RunView): string {
  const rows = steps.map((step) => [
    stepName(step),
    step.environment,
    step.state,
    bar(step.books),
    [booksInWords(step.books), codesInWords(step.codes)].filter((text) => text !== '').join('; '),
  ]);
  return formatTable(['step', 'in', 'state', 'shards', ''], rows);
}

export function formatConclusions(conclusions: readonly ConclusionView[]): string {
  const rows = conclusions.map((conclusion) => [
    conclusion.name,
    stepName(conclusion),
    conclusion.rule,
    conclusion.verdict,
    droppedInWords(conclusion.dropped),
    conclusion.sha256.slice(0, 12),
  ]);
  return formatTable(['conclusion', 'of', 'rule', 'verdict', 'held back', 'sha256'], rows);
}

/** `615 of low-count, 3 of not-estimable`; `nothing`. */
export function droppedInWords(dropped: Record<string, number>): string {
  const parts = Object.entries(dropped).filter(([, count]) => count > 0);
  return parts.map(([reason, count]) => `${count} ${reason}`).join(', ') || 'nothing';
}
