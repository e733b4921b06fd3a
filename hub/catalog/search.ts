/** Search that forgives typing errors, for autocomplete and for the nearest names in an error. */
import { distance } from 'fastest-levenshtein';

export interface Searchable {
  name: string;
  title: string;
}

/** Finds among the items that it was made of. */
export type Search<T extends Searchable> = (query: string, limit: number) => T[];

/** word -> items that hold it; a word of the title counts a little less than one of the name. */
type Vocabulary = Map<string, { item: number; penalty: number }[]>;

/** Made once for a list: then a query looks at different words alone, not at every item. */
export function createSearch<T extends Searchable>(items: readonly T[]): Search<T> {
  const vocabulary: Vocabulary = new Map();
  items.forEach(({ name, title }, item) => {
    addWords(vocabulary, [name.toLowerCase(), ...wordsOf(name)], { item, penalty: 0 });
    addWords(vocabulary, wordsOf(title), { item, penalty: 1 });
  });
  return (query, limit) => {
    const tokens = wordsOf(query);
    if (tokens.length === 0) return items.slice(0, limit);
    const scores = tokens.map((token) => scoresOf(vocabulary, token)).reduce(addScores);
    return [...scores]
      .sort(([a, left], [b, right]) => left - right || a - b)
      .slice(0, limit)
      .flatMap(([index]) => items[index] ?? []);
  };
}

/** Best first; everything, in its order, for an empty query. */
export function search<T extends Searchable>(
  items: readonly T[],
  query: string,
  limit: number,
): T[] {
  return createSearch(items)(query, limit);
}

function addWords(
  vocabulary: Vocabulary,
  words: readonly string[],
  place: { item: number; penalty: number },
): void {
  for (const word of new Set(words)) {
    const places = vocabulary.get(word);
    if (places) places.push(place);
    else vocabulary.set(word, [place]);
  }
}

function wordsOf(text: string): string[] {
  const words = text.toLowerCase().split(/[^\p{L}\p{N}]+/u);
  return words.filter((word) => word !== '');
}

/** item -> score of one word of the query, the lower the better. Typing errors count where nothing else is found. */
function scoresOf(vocabulary: Vocabulary, token: string): Map<number, number> {
  const plain = collect(vocabulary, (word) => plainScore(word, token));
  if (plain.size > 0) return plain;
  const most = Math.floor(token.length / 3);
  return most === 0 ? plain : collect(vocabulary, (word) => errorScore(word, token, most));
}

function collect(
  vocabulary: Vocabulary,
  scoreOf: (word: string) => number | undefined,
): Map<number, number> {
  const scores = new Map<number, number>();
  for (const [word, places] of vocabulary) {
    const score = scoreOf(word);
    if (score === undefined) continue;
    for (const { item, penalty } of places)
      scores.set(item, Math.min(scores.get(item) ?? Infinity, score + penalty));
  }
  return scores;
}

/** The same word, its beginning, or a part of it. */
function plainScore(word: string, token: string): number | undefined {
  const at = word.indexOf(token);
  if (at < 0) return undefined;
  if (at > 0) return 20;
  return word.length === token.length ? 0 : 10;
}

/** Against the word and against its beginning: people have not typed the rest yet. */
function errorScore(word: string, token: string, most: number): number | undefined {
  if (word.length < token.length - most) return undefined;
  const begun = distance(word.slice(0, token.length), token);
  const whole = word.length > token.length + most ? begun : distance(word, token);
  const errors = Math.min(begun, whole);
  return errors <= most ? 30 + errors : undefined;
}

/** Every word of the query has to be found. */
function addScores(a: Map<number, number>, b: Map<number, number>): Map<number, number> {
  const sums = new Map<number, number>();
  for (const [item, score] of a) {
    const other = b.get(item);
    if (other !== undefined) sums.set(item, score + other);
  }
  return sums;
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
