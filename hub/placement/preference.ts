/** Which of several permitted choices is the better one: answers now, costs less, is not busy, has more room. */
import type { PlacementReason } from '../../contracts/placement.js';
import type { Candidate } from './alternatives.js';

export interface Score {
  /** Environments that do not answer now. `down` is a preference, not a wall: the run waits and says so. */
  down: number;
  /** Millionths of the world's currency for an hour of a CPU in each. */
  price: number;
  busy: number;
  slots: number;
  /** Decides between equals, so that the same catalog gives the same decision. */
  name: string;
}

export function scoreOf(candidates: readonly Candidate[]): Score {
  const count = (state: string): number =>
    candidates.filter(({ environment }) => environment.state === state).length;
  const sum = (numberOf: (candidate: Candidate) => number): number =>
    candidates.reduce((total, candidate) => total + numberOf(candidate), 0);
  return {
    down: count('down'),
    price: sum(({ offer }) => offer.prices.cpuHour),
    busy: count('busy'),
    slots: sum(({ provider }) => provider.slots),
    name: candidates
      .map(({ environment, provider }) => `${environment.id}/${provider.id}`)
      .join(' '),
  };
}

/** Negative when `a` is the better one. */
export function compareScores(a: Score, b: Score): number {
  return (
    a.down - b.down ||
    a.price - b.price ||
    a.busy - b.busy ||
    b.slots - a.slots ||
    (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)
  );
}

/** Why the other one was not taken: the first thing in which it is worse. */
export function whyWorse(other: Score, chosen: Score): PlacementReason {
  if (other.down > chosen.down) return { code: 'down', sentence: 'it does not answer now' };
  if (other.price > chosen.price) {
    const sentence = `a CPU hour costs ${other.price} rather than ${chosen.price} millionths`;
    return { code: 'price', sentence };
  }
  if (other.busy > chosen.busy) return { code: 'queue', sentence: 'it is busy' };
  if (other.slots < chosen.slots) {
    const sentence = `it does ${other.slots} jobs at a time, not ${chosen.slots}`;
    return { code: 'queue', sentence };
  }
  return { code: 'queue', sentence: 'it is as good; the first by name was taken' };
}
