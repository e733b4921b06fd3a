/** Books and states in words and bars. */
import type { StepView, RunView } from '../../contracts/run.js';
import { addBooks, EMPTY_BOOKS, type Books } from '../../contracts/shards.js';

const WIDTH = 20;

/** `█` done, `▒` reused, `x` failed, `w` waived, `·` open. */
export function bar(books: Books, width = WIDTH): string {
  const { planned, done, reused, waived, failed } = books;
  if (planned === 0) return '·'.repeat(width);
  const parts: [string, number][] = [
    ['█', done - reused],
    ['▒', reused],
    ['w', waived],
    ['x', failed],
  ];
  const drawn = parts.map(([mark, count]) => mark.repeat(Math.floor((count * width) / planned)));
  return drawn
    .join('')
    .padEnd(width, planned === done + waived + failed ? '█' : '·')
    .slice(0, width);
}

/** `162 of 162, 160 reused`. */
export function booksInWords({ planned, done, reused, waived, failed }: Books): string {
  const parts = [`${done} of ${planned}`];
  if (reused > 0) parts.push(`${reused} reused`);
  if (waived > 0) parts.push(`${waived} waived`);
  if (failed > 0) parts.push(`${failed} failed`);
  return parts.join(', ');
}

/** Codes of a step: `op-failed 3`. */
export function codesInWords(codes: Record<string, number>): string {
  return Object.entries(codes)
    .map(([code, count]) => `${code} ${count}`)
    .join(', ');
}

export function stepName({ step, dataset }: Pick<StepView, 'step' | 'dataset'>): string {
  return `${step} · ${dataset}`;
}

export function totalBooks({ steps }: RunView): Books {
  return steps.reduce((sum, { books }) => addBooks(sum, books), EMPTY_BOOKS);
}
