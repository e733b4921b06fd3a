/** What forbids an alternative. All that is true is named, and each alone is enough. */
import type { Offer, OfferedDataset, OfferedProvider } from '../../contracts/offer.js';
import type { PlacementReason, PlacementReasonCode } from '../../contracts/placement.js';
import type { PlannedDataset } from '../../contracts/plan.js';
import type { CatalogEnvironment } from '../catalog/catalog.js';
import type { CombiningNeeds, OpNeeds, PlacementNeeds } from './needs.js';

export interface HomeQuestion {
  environment: CatalogEnvironment;
  offer: Offer;
  dataset: PlannedDataset;
  needs: PlacementNeeds;
  environments: readonly CatalogEnvironment[];
}

export function findHomeReasons(question: HomeQuestion): PlacementReason[] {
  const { offer, dataset, needs } = question;
  const id = offer.environment;
  const offered = offer.datasets.find((one) => one.id === dataset.id);
  if (offered === undefined) return [reason('not-home', `${id} does not hold ${dataset.id}`)];
  const { version } = dataset;
  return [
    ...when(
      offered.version !== version,
      'not-home',
      `${id} does not hold version ${version} of it`,
    ),
    ...findWallReasons(question, offered),
    ...when(
      !(offer.grants[needs.project] ?? []).includes(dataset.id),
      'not-granted',
      `its custodian has not granted ${dataset.id} to the project ${needs.project}`,
    ),
    ...findApprovalReasons(offer, needs),
  ];
}

function findWallReasons(
  { environment, offer, environments }: HomeQuestion,
  offered: OfferedDataset,
): PlacementReason[] {
  const isWalled = offered.wall === 'walled';
  const others = environments.filter(
    (other) =>
      other.id !== environment.id && other.offer?.datasets.some(({ id }) => id === offered.id),
  );
  return [
    ...when(
      !offered.residency.includes(environment.region),
      'residency',
      `${offered.id} may be processed in ${offered.residency.join(', ')}, not in ${environment.region}`,
    ),
    ...when(
      isWalled && offer.wall !== 'walled',
      'wall',
      `${offered.id} is walled and ${offer.environment} is open`,
    ),
    ...when(
      isWalled && others.length > 0,
      'wall',
      `${offered.id} is walled, and ${others.map(({ id }) => id).join(', ')} offers it as well: a walled dataset has one home`,
    ),
    ...when(
      isWalled && offer.isolation === 'platform' && offer.summaryStatistics !== 'review',
      'isolation',
      `${offer.environment} does not keep op and data apart, and its releases are not reviewed`,
    ),
  ];
}

export function findCombiningReasons({
  offer,
  needs,
  combining,
}: {
  environment: CatalogEnvironment;
  offer: Offer;
  needs: PlacementNeeds;
  combining: CombiningNeeds;
}): PlacementReason[] {
  const id = offer.environment;
  return [
    ...when(!offer.combines, 'does-not-combine', `${id} does not combine conclusions of others`),
    ...when(
      combining.publishesFiles && offer.wall !== 'open',
      'wall',
      `the run publishes files, and ${id} is walled`,
    ),
    ...findApprovalReasons(offer, needs),
  ];
}

function findApprovalReasons(offer: Offer, { analysis }: PlacementNeeds): PlacementReason[] {
  const sentence = `the custodian of ${offer.environment} has not approved this version of the analysis`;
  return when(!offer.approvals.includes(analysis), 'not-approved', sentence);
}

export function findProviderReasons(
  provider: OfferedProvider,
  ops: readonly OpNeeds[],
): PlacementReason[] {
  const unserved = ops.filter(
    ({ technologies }) =>
      technologies.length > 0 && !technologies.some((one) => provider.technologies.includes(one)),
  );
  const tooLarge = ops.filter(
    ({ cpus, memoryBytes }) => cpus > provider.cpus || memoryBytes > provider.memoryBytes,
  );
  return [
    ...when(
      unserved.length > 0,
      'no-technology',
      `${provider.id} does not serve ${unserved.map(({ name, technologies }) => `${name} (${technologies.join(' or ')})`).join(', ')}`,
    ),
    ...when(
      tooLarge.length > 0,
      'resources',
      `${provider.id} has too few CPUs or too little memory for ${tooLarge.map(({ name }) => name).join(', ')}`,
    ),
  ];
}

function when(isTrue: boolean, code: PlacementReasonCode, sentence: string): PlacementReason[] {
  return isTrue ? [reason(code, sentence)] : [];
}

function reason(code: PlacementReasonCode, sentence: string): PlacementReason {
  return { code, sentence };
}
