/** Every environment and provider as an alternative for one part of a run, with what is against it. */
import type { Offer, OfferedProvider } from '../../contracts/offer.js';
import { ANYWHERE } from '../../contracts/names.js';
import type { PlannedDataset } from '../../contracts/plan.js';
import type { PlacementReason, RejectedAlternative } from '../../contracts/placement.js';
import type { CatalogEnvironment } from '../catalog/catalog.js';
import { findCombiningReasons, findHomeReasons, findProviderReasons } from './hard-reasons.js';
import type { CombiningNeeds, OpNeeds, PlacementNeeds } from './needs.js';

/** An environment and provider that may do a part, as far as that part alone is concerned. */
export interface Candidate {
  environment: CatalogEnvironment;
  offer: Offer;
  provider: OfferedProvider;
}

export interface Alternatives {
  /** The dataset, or `anywhere`. */
  dataset: string;
  candidates: Candidate[];
  rejected: RejectedAlternative[];
}

/** What is decided on. */
export interface PlacementSnapshot {
  environments: CatalogEnvironment[];
}

export function homeAlternatives(
  { environments }: PlacementSnapshot,
  needs: PlacementNeeds,
  dataset: PlannedDataset,
): Alternatives {
  const reasonsOf = (environment: CatalogEnvironment, offer: Offer): PlacementReason[] =>
    findHomeReasons({ environment, offer, dataset, needs, environments });
  return alternatives(environments, { dataset: dataset.id, reasonsOf, ops: needs.ops });
}

export function combiningAlternatives(
  { environments }: PlacementSnapshot,
  needs: PlacementNeeds,
  combining: CombiningNeeds,
): Alternatives {
  const reasonsOf = (environment: CatalogEnvironment, offer: Offer): PlacementReason[] =>
    findCombiningReasons({ environment, offer, needs, combining });
  return alternatives(environments, { dataset: ANYWHERE, reasonsOf, ops: combining.ops });
}

interface Part {
  dataset: string;
  reasonsOf: (environment: CatalogEnvironment, offer: Offer) => PlacementReason[];
  ops: readonly OpNeeds[];
}

function alternatives(environments: readonly CatalogEnvironment[], part: Part): Alternatives {
  const { dataset, reasonsOf, ops } = part;
  const result: Alternatives = { dataset, candidates: [], rejected: [] };
  for (const environment of environments) {
    const { id, offer } = environment;
    if (offer === null) {
      const sentence = `${id} has not offered itself yet`;
      result.rejected.push({
        environment: id,
        provider: null,
        reasons: [{ code: 'down', sentence }],
      });
      continue;
    }
    const reasons = [...reasonsOf(environment, offer), ...noProvider(offer)];
    if (reasons.length > 0) result.rejected.push({ environment: id, provider: null, reasons });
    else sortProviders(result, environment, { offer, ops });
  }
  return result;
}

function noProvider({ environment, providers }: Offer): PlacementReason[] {
  if (providers.length > 0) return [];
  return [{ code: 'no-technology', sentence: `${environment} offers no provider` }];
}

function sortProviders(
  { candidates, rejected }: Alternatives,
  environment: CatalogEnvironment,
  { offer, ops }: { offer: Offer; ops: readonly OpNeeds[] },
): void {
  for (const provider of offer.providers) {
    const reasons = findProviderReasons(provider, ops);
    if (reasons.length === 0) candidates.push({ environment, offer, provider });
    else rejected.push({ environment: environment.id, provider: provider.id, reasons });
  }
}
