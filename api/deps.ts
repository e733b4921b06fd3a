import type { Logger } from 'pino';
import type { CatalogSource } from '../hub/catalog/catalog-source.js';
import type { Exchange } from '../hub/exchange/exchange.js';
import type { Store } from '../hub/store/store.js';
import type { Authenticator } from './identity.js';
import type { RunStarter } from './run-starter.js';

export interface ApiDeps {
  store: Store;
  exchange: Exchange;
  catalog: CatalogSource;
  starter: RunStarter;
  authenticate: Authenticator;
  log: Pick<Logger, 'error' | 'info'>;
  limits: ApiLimits;
  /** Where engineers look at a run in Temporal UI; null: nowhere. */
  temporalUi: { url: string; namespace: string } | null;
}

export interface ApiLimits {
  /** Of one caller. */
  requestsPerMinute: number;
  /** Between two looks at the store for new events. */
  eventPollMilliseconds: number;
  /** Of one file of the exchange. */
  mostFileBytes: number;
}

export const DEFAULT_LIMITS: ApiLimits = {
  requestsPerMinute: 60_000,
  eventPollMilliseconds: 200,
  mostFileBytes: 2 ** 30,
};
