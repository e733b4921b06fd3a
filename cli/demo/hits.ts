/** The strongest associations as a small table, and in a sentence. */
import { formatTable } from '../output/table.js';

export interface Hit {
  id: string;
  position: string;
  effect: string;
  other: string;
  beta: number;
  se: number;
  neglog10p: number;
  /** Datasets that released a row about the variant. */
  k: number;
  n: number;
  best: { dataset: string; neglog10p: number } | null;
  /** Datasets without a row about it. */
  silent: string[];
}

/** @param tsv with a header line; NA is missing */
export function parseTsv(tsv: string): Record<string, string>[] {
  const [header = '', ...lines] = tsv.split('\n').filter((line) => line !== '');
  const names = header.split('\t');
  return lines.map((line) => {
    const cells = line.split('\t');
    return Object.fromEntries(names.map((name, index) => [name, cells[index] ?? '']));
  });
}

function numberOr(text: string | undefined): number | null {
  const value = text === undefined || text === '' || text === 'NA' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : null;
}

/** Columns `neglog10p_<dataset>` hold what each dataset found alone. */
export function parseHits(tsv: string): Hit[] {
  return parseTsv(tsv).map((row) => {
    const text = (name: string) => row[name] ?? '';
    const number = (name: string) => numberOr(row[name]) ?? Number.NaN;
    return {
      id: text('id'),
      position: `${text('chromosome')}:${text('position')}`,
      effect: text('effect'),
      other: text('other'),
      beta: number('beta'),
      se: number('se'),
      neglog10p: number('neglog10p'),
      k: number('k'),
      n: number('n'),
      best: bestOf(row),
      silent: silentIn(row),
    };
  });
}

function bestOf(row: Record<string, string>): Hit['best'] {
  let best: Hit['best'] = null;
  for (const [name, text] of Object.entries(row)) {
    const dataset = /^neglog10p_(.+)$/.exec(name)?.[1];
    const value = numberOr(text);
    if (dataset === undefined || value === null) continue;
    if (best === null || value > best.neglog10p) best = { dataset, neglog10p: value };
  }
  return best;
}

function silentIn(row: Record<string, string>): string[] {
  return Object.entries(row).flatMap(([name, text]) => {
    const dataset = /^neglog10p_(.+)$/.exec(name)?.[1];
    return dataset !== undefined && numberOr(text) === null ? [dataset] : [];
  });
}

export function formatHits(hits: readonly Hit[], most = 8): string {
  const strongest = [...hits].sort((a, b) => b.neglog10p - a.neglog10p).slice(0, most);
  const rows = strongest.map((hit) => [
    hit.id,
    hit.position,
    `${hit.other}>${hit.effect}`,
    hit.beta.toFixed(3),
    hit.se.toFixed(3),
    hit.neglog10p.toFixed(2),
    String(hit.k),
    String(hit.n),
    hit.best === null ? '' : `${hit.best.neglog10p.toFixed(2)} ${hit.best.dataset}`,
    meaningOf(hit),
  ]);
  const header = [
    'variant',
    'place',
    'alleles',
    'effect',
    '±',
    '-log10 p',
    'k',
    'n',
    'best alone',
    '',
  ];
  return formatTable(header, rows);
}

/** 5e-8, the usual threshold of a whole genome. */
const GENOME_WIDE = -Math.log10(5e-8);

function meaningOf({ neglog10p, beta, effect }: Hit): string {
  const direction = beta < 0 ? 'lowers' : 'raises';
  if (neglog10p > GENOME_WIDE)
    return `each ${effect} ${direction} it; beyond the genome-wide threshold`;
  return `suggestive: each ${effect} ${direction} it; could be chance among 10,000 variants`;
}

/** @returns undefined when there are no hits */
export function topInWords(hits: readonly Hit[], phenotype: string): string | undefined {
  const [top] = [...hits].sort((a, b) => b.neglog10p - a.neglog10p);
  if (top === undefined) return undefined;
  const change = `${top.beta < 0 ? 'lowers' : 'raises'} ${phenotype} by ${Math.abs(top.beta).toFixed(2)} (± ${top.se.toFixed(2)})`;
  const alone =
    top.best === null
      ? ''
      : `, ${top.best.neglog10p.toFixed(2)} in the best single one (${top.best.dataset})`;
  const silent =
    top.silent.length === 0 ? '' : `; ${top.silent.join(', ')} let no row about it out`;
  return `${top.id}: each copy of ${top.effect} ${change}; -log10 p ${top.neglog10p.toFixed(2)} over ${top.k} ${top.k === 1 ? 'dataset' : 'datasets'}${alone}${silent}.`;
}
