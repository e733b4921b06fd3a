/**
 * Placement: a pure function of a snapshot of the catalog and of what a plan needs. The homes of the datasets and
 * the environment that combines are chosen together, as they have to believe each other: the best of all permitted
 * choices, so that one is found whenever there is one.
 */
import { digestOf } from '../../contracts/schemas/canonical.js';
import { ANYWHERE } from '../../contracts/names.js';
import type { PlacementDecision } from '../../contracts/placement.js';
import {
  combiningAlternatives,
  homeAlternatives,
  type Alternatives,
  type Candidate,
  type PlacementSnapshot,
} from './alternatives.js';
import { believeEachOther, notBelieved } from './belief.js';
import { explainCombining, explainHome } from './explain.js';
import type { CombiningNeeds, PlacementNeeds } from './needs.js';
import { compareScores, scoreOf, type Score } from './preference.js';

/** A choice for every part. */
export interface Choice {
  combiner: Candidate | null;
  /** In the order of the datasets. */
  homes: Candidate[];
  score: Score;
}

export function place(snapshot: PlacementSnapshot, needs: PlacementNeeds): PlacementDecision {
  const { combining } = needs;
  const all = needs.datasets.map((dataset) => homeAlternatives(snapshot, needs, dataset));
  const homeless = all.filter(({ candidates }) => candidates.length === 0);
  const homes = all.filter(({ candidates }) => candidates.length > 0);
  const combiners = combining && combiningAlternatives(snapshot, needs, combining);
  const choices = choose(homes, combiners, combining);
  const [best] = [...choices].sort((a, b) => compareScores(a.score, b.score));
  const digest = digestOf(snapshot.environments);
  const impossible = homeless.map(({ dataset, rejected }) => ({ dataset, rejected }));
  if (best === undefined && combiners && combining) {
    impossible.push({ dataset: ANYWHERE, rejected: rejectAll(combiners, homes, combining) });
  }
  if (best === undefined || impossible.length > 0)
    return { placements: [], impossible, snapshot: digest };
  const placements = homes.map((home, index) => explainHome(home, index, { best, needs }));
  if (combiners) placements.push(...explainCombining(combiners, best, { choices, homes, needs }));
  return { placements, impossible, snapshot: digest };
}

/** The best homes for each environment that may combine. */
function choose(
  homes: readonly Alternatives[],
  combiners: Alternatives | null,
  combining: CombiningNeeds | null,
): Choice[] {
  if (combiners === null || combining === null) return choicesWith(null, homes, null);
  return combiners.candidates.flatMap((combiner) => choicesWith(combiner, homes, combining));
}

function choicesWith(
  combiner: Candidate | null,
  alternatives: readonly Alternatives[],
  combining: CombiningNeeds | null,
): Choice[] {
  const homes: Candidate[] = [];
  for (const { candidates } of alternatives) {
    const [home] = candidates
      .filter(
        (one) =>
          combiner === null || combining === null || believeEachOther(one, combiner, combining),
      )
      .sort((a, b) => compareScores(scoreOf([a]), scoreOf([b])));
    if (home === undefined) return [];
    homes.push(home);
  }
  const parts = combiner === null ? homes : [combiner, ...homes];
  return [{ combiner, homes, score: scoreOf(parts) }];
}

function rejectAll(
  { candidates, rejected }: Alternatives,
  homes: readonly Alternatives[],
  combining: CombiningNeeds,
): Alternatives['rejected'] {
  const disbelieved = candidates.map((candidate) => ({
    environment: candidate.environment.id,
    provider: candidate.provider.id,
    reasons: [notBelieved(candidate, homes, combining)],
  }));
  return [...rejected, ...disbelieved];
}
