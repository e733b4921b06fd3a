/** Search that forgives typing errors, for autocomplete and for the nearest names in an error. */
import { distance } from 'fastest-levenshtein';

export interface Searchable {
  name: string;
  title: string;
}

/** Best first; everything, in its order, for an empty query. */
export function search<T extends Searchable>(
  items: readonly T[],
  query: string,
  limit: number,
): T[] {
  const wanted = query.trim().toLowerCase();
  if (wanted === '') return items.slice(0, limit);
  return items
    .map((item) => ({ item, score: scoreOf(item, wanted) }))
    .filter(({ score }) => score < NO_MATCH)
    .sort((a, b) => a.score - b.score)
    .slice(0, limit)
    .map(({ item }) => item);
}

const NO_MATCH = 1000;

/** 0 the same; then prefix, word, part, and at last as many typing errors as a third of the query's letters. */
function scoreOf({ name, title }: Searchable, wanted: string): number {
  const lowerName = name.toLowerCase();
  const lowerTitle = title.toLowerCase();
  if (lowerName === wanted) return 0;
  if (lowerName.startsWith(wanted)) return 10;
  const words = [...wordsOf(lowerName), ...wordsOf(lowerTitle)];
  if (words.some((word) => word.startsWith(wanted))) return 20;
  if (lowerName.includes(wanted) || lowerTitle.includes(wanted)) return 30;
  const most = Math.floor(wanted.length / 3);
  const errors = Math.min(
    ...[lowerName, ...words].map((word) => errorsBetween(word, wanted, most)),
  );
  return errors <= most ? 100 + errors : NO_MATCH;
}

function wordsOf(text: string): string[] {
  return text.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
}

/** Between the query and the beginning of the word: people have not typed the rest yet. */
function errorsBetween(word: string, wanted: string, most: number): number {
  if (most === 0) return Infinity;
  return Math.min(distance(word, wanted), distance(word.slice(0, wanted.length), wanted));
}

/** At most three names that somebody may have meant. */
export function nearestNames(names: Iterable<string>, wanted: string): string[] {
  const lower = wanted.toLowerCase();
  return [...new Set(names)]
    .map((name) => ({ name, errors: nearness(name.toLowerCase(), lower) }))
    .filter(
      ({ name, errors }) =>
        errors <= Math.max(2, Math.ceil(Math.max(name.length, wanted.length) / 2)),
    )
    .sort((a, b) => a.errors - b.errors || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map(({ name }) => name);
}

function nearness(name: string, wanted: string): number {
  return name.startsWith(wanted) || wanted.startsWith(name) ? 1 : distance(name, wanted);
}
