/** The catalog: analyses of the hub, and environments with what their gates offer, as of one moment. */
import type { Analysis } from '../../contracts/schemas/load-analysis.js';
import type { Offer, OfferedDataset } from '../../contracts/offer.js';
import type { World } from '../../contracts/world.js';

export interface Catalog {
  world: World;
  /** By name. */
  analyses: ReadonlyMap<string, Analysis>;
  environments: CatalogEnvironment[];
}

export interface CatalogEnvironment {
  id: string;
  region: string;
  /** As offered; `down` when the offer is too old or there never was one. */
  state: Offer['state'];
  /** The newest offer whose signature bears the pin; null: never heard of. */
  offer: Offer | null;
}

export interface Home {
  environment: CatalogEnvironment;
  dataset: OfferedDataset;
}

/** Environments that offer the dataset, sorted by id. */
export function homesOf({ environments }: Catalog, dataset: string): Home[] {
  return environments.flatMap((environment) => {
    const offered = environment.offer?.datasets.find(({ id }) => id === dataset);
    return offered ? [{ environment, dataset: offered }] : [];
  });
}

/** Ids of all datasets that anybody offers, sorted. */
export function datasetIds({ environments }: Catalog): string[] {
  const ids = environments.flatMap(({ offer }) => offer?.datasets.map(({ id }) => id) ?? []);
  return [...new Set(ids)].sort();
}
