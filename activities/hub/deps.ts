import type { CatalogSource } from '../../hub/catalog/catalog-source.js';
import type { Exchange } from '../../hub/exchange/exchange.js';
import type { Store } from '../../hub/store/store.js';

export interface HubActivityDeps {
  store: Store;
  exchange: Exchange;
  catalog: CatalogSource;
  /** The world's folder, for its reference file. */
  worldFolder: string;
  /** The same for every attempt of one Activity, and for no other Activity. */
  activityKey: () => string;
}
