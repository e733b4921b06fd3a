/** The rules of placement once more, written apart from it: brute force over every choice. */
import { ANYWHERE } from '../../contracts/names.js';
import type { Offer } from '../../contracts/offer.js';
import type { PlacementReasonCode } from '../../contracts/placement.js';
import type { CatalogEnvironment } from '../../hub/catalog/catalog.js';
import type { PlacementNeeds } from '../../hub/placement/needs.js';

interface Snapshot {
  environments: CatalogEnvironment[];
}
type Choice = Record<string, string>;

export function permittedChoices(snapshot: Snapshot, needs: PlacementNeeds): Choice[] {
  const parts = [...needs.datasets.map(({ id }) => id), ANYWHERE];
  const all = parts.reduce<Choice[]>(
    (choices, part) =>
      choices.flatMap((choice) =>
        snapshot.environments.map(({ id }) => ({ ...choice, [part]: id })),
      ),
    [{}],
  );
  return all.filter((choice) => isPermitted(snapshot, needs, choice));
}

export function isPermitted(snapshot: Snapshot, needs: PlacementNeeds, choice: Choice): boolean {
  const offerOf = (part: string): Offer | null =>
    snapshot.environments.find(({ id }) => id === choice[part])?.offer ?? null;
  const combiner = offerOf(ANYWHERE);
  if (!combiner?.combines || combiner.wall !== 'open' || !serves(combiner, needs)) return false;
  // eslint-disable-next-line complexity -- one line a rule, to be read beside the design
  return needs.datasets.every(({ id, version }) => {
    const offer = offerOf(id);
    const dataset = offer?.datasets.find((one) => one.id === id && one.version === version);
    if (!offer || !dataset || !serves(offer, needs)) return false;
    if (!dataset.residency.includes(offer.region)) return false;
    if (!offer.grants[needs.project]?.includes(id)) return false;
    if (dataset.wall === 'walled' && !keepsWall(snapshot, offer, id)) return false;
    if (offer.environment === combiner.environment) return true;
    return (
      offer.believes.includes(combiner.environment) && combiner.believes.includes(offer.environment)
    );
  });
}

/** Memory of the largest op is 1 GiB; python is what every op of the analysis takes. */
function serves(offer: Offer, { analysis }: PlacementNeeds): boolean {
  return (
    offer.approvals.includes(analysis) &&
    offer.providers.some(
      ({ technologies, memoryBytes }) => technologies.includes('python') && memoryBytes >= 2 ** 30,
    )
  );
}

function keepsWall({ environments }: Snapshot, offer: Offer, dataset: string): boolean {
  const holders = holdersOf(environments, dataset);
  const isApart = offer.isolation === 'op' || offer.summaryStatistics === 'review';
  return offer.wall === 'walled' && holders.length === 1 && isApart;
}

/** Whether a reason against an environment for a part holds of the snapshot; undefined: of a comparison. */
// eslint-disable-next-line complexity -- one line a reason
export function isTrueOf(
  code: PlacementReasonCode,
  { environments }: Snapshot,
  { needs, dataset, environment }: { needs: PlacementNeeds; dataset: string; environment: string },
): boolean | undefined {
  const offer = environments.find(({ id }) => id === environment)?.offer ?? null;
  if (offer === null) return code === 'down';
  const planned = needs.datasets.find(({ id }) => id === dataset);
  const held = offer.datasets.find(({ id }) => id === dataset);
  const isCombining = dataset === ANYWHERE;
  const facts: Partial<Record<PlacementReasonCode, boolean>> = {
    'not-home': held?.version !== planned?.version,
    residency: held !== undefined && !held.residency.includes(offer.region),
    wall: isCombining
      ? offer.wall === 'walled'
      : held?.wall === 'walled' &&
        (offer.wall === 'open' || holdersOf(environments, dataset).length > 1),
    'not-granted': !(offer.grants[needs.project] ?? []).includes(dataset),
    'not-approved': !offer.approvals.includes(needs.analysis),
    'no-technology': !offer.providers.some(({ technologies }) => technologies.includes('python')),
    resources: !offer.providers.some(({ memoryBytes }) => memoryBytes >= 2 ** 30),
    isolation: offer.isolation === 'platform' && offer.summaryStatistics === 'open',
    'does-not-combine': !offer.combines,
  };
  return facts[code];
}

function holdersOf(environments: CatalogEnvironment[], dataset: string): CatalogEnvironment[] {
  return environments.filter(({ offer }) => offer?.datasets.some(({ id }) => id === dataset));
}
