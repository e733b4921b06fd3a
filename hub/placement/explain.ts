/** The decision in words: why this one, and what is against each of the others. */
import { environmentTaskQueue, ANYWHERE } from '../../contracts/names.js';
import type { Placement, PlacementReason, RejectedAlternative } from '../../contracts/placement.js';
import type { Alternatives, Candidate } from './alternatives.js';
import { believeEachOther, notBelieved } from './belief.js';
import type { PlacementNeeds } from './needs.js';
import type { Choice } from './place.js';
import { scoreOf, whyWorse } from './preference.js';

export function explainHome(
  { dataset, candidates, rejected }: Alternatives,
  index: number,
  { best, needs }: { best: Choice; needs: PlacementNeeds },
): Placement {
  const chosen = best.homes[index];
  if (chosen === undefined) throw new RangeError(`${dataset} has no home in this choice`);
  const { combiner } = best;
  const others = candidates.filter((one) => one !== chosen);
  const reasonOf = (other: Candidate): PlacementReason => {
    if (combiner && needs.combining && !believeEachOther(other, combiner, needs.combining)) {
      const sentence = `it and ${combiner.environment.id}, which combines, do not believe each other's conclusions`;
      return { code: 'not-believed', sentence };
    }
    return whyWorse(scoreOf([other]), scoreOf([chosen]));
  };
  const reasons = [
    `${dataset} lies here`,
    `granted to ${needs.project}`,
    ...advantages(chosen, others),
  ];
  return placementOf(dataset, chosen, {
    reasons: [...reasons, ...warnings(chosen)],
    rejected: [...rejected, ...others.map((other) => rejection(other, reasonOf(other)))],
  });
}

export function explainCombining(
  { candidates, rejected }: Alternatives,
  best: Choice,
  context: { choices: readonly Choice[]; homes: readonly Alternatives[]; needs: PlacementNeeds },
): Placement[] {
  const { combiner } = best;
  const { combining } = context.needs;
  if (combiner === null || combining === null) return [];
  const others = candidates.filter((one) => one !== combiner);
  const reasonOf = (other: Candidate): PlacementReason => {
    const choice = context.choices.find((one) => one.combiner === other);
    if (choice === undefined) return notBelieved(other, context.homes, combining);
    return whyWorse(choice.score, best.score);
  };
  const reasons = ['combines conclusions', 'it and the homes of the data believe each other'];
  const placement = placementOf(ANYWHERE, combiner, {
    reasons: [...reasons, ...advantages(combiner, others), ...warnings(combiner)],
    rejected: [...rejected, ...others.map((other) => rejection(other, reasonOf(other)))],
  });
  return [placement];
}

function placementOf(
  dataset: string,
  { environment, provider }: Candidate,
  words: Pick<Placement, 'reasons' | 'rejected'>,
): Placement {
  const { id, region } = environment;
  return {
    dataset,
    environment: id,
    region,
    taskQueue: environmentTaskQueue(region, id),
    provider: provider.id,
    slots: provider.slots,
    ...words,
  };
}

function rejection(
  { environment, provider }: Candidate,
  reason: PlacementReason,
): RejectedAlternative {
  return { environment: environment.id, provider: provider.id, reasons: [reason] };
}

function advantages(chosen: Candidate, others: readonly Candidate[]): string[] {
  const { cpuHour } = chosen.offer.prices;
  const dearer = others.filter(({ offer }) => offer.prices.cpuHour > cpuHour);
  if (dearer.length === 0) return [];
  return [
    `price: ${cpuHour} millionths a CPU hour, less than ${dearer.map(({ environment }) => environment.id).join(', ')}`,
  ];
}

function warnings({ environment }: Candidate): string[] {
  if (environment.state === 'down')
    return [`${environment.id} does not answer now: the run waits for it`];
  return environment.state === 'busy' ? [`${environment.id} is busy`] : [];
}
