/** Conclusions are read across walls: each side has to believe the other's signature. */
import type { PlacementReason } from '../../contracts/placement.js';
import type { Alternatives, Candidate } from './alternatives.js';
import type { CombiningNeeds } from './needs.js';

/** A gate believes its own signature. */
export function believeEachOther(
  home: Candidate,
  combiner: Candidate,
  { readsDatasets, isReadByDatasets }: CombiningNeeds,
): boolean {
  const [homeId, combinerId] = [home.environment.id, combiner.environment.id];
  if (homeId === combinerId) return true;
  const isHomeBelieved = !readsDatasets || combiner.offer.believes.includes(homeId);
  return isHomeBelieved && (!isReadByDatasets || home.offer.believes.includes(combinerId));
}

/** Names the datasets of which no home and this combiner believe each other. */
export function notBelieved(
  combiner: Candidate,
  homes: readonly Alternatives[],
  combining: CombiningNeeds,
): PlacementReason {
  const datasets = homes
    .filter(
      ({ candidates }) => !candidates.some((home) => believeEachOther(home, combiner, combining)),
    )
    .map(({ dataset }) => dataset);
  const sentence = `${combiner.environment.id} and the home of ${datasets.join(', ')} do not believe each other's conclusions`;
  return { code: 'not-believed', sentence };
}
