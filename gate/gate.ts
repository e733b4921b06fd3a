/** The gate, put together. */
import { createGateApi } from './api/gate-api.js';
import { startApi } from './api/server.js';
import type { GateConfig } from './config.js';
import { ENVIRONMENT_CHAIN } from './ledger/ledger.js';
import { startOffers } from './offers/publish-offers.js';
import { createParts } from './parts.js';
import { createHandlers } from './proxy/handlers.js';
import { startProxy } from './proxy/server.js';

export interface Gate {
  proxyPort: number;
  apiPort: number;
  stop(): Promise<void>;
}

/** @throws Error when a file of the environment or a key cannot be read: nothing starts. */
export async function startGate(config: GateConfig): Promise<Gate> {
  const parts = createParts(config);
  const { environment: subject, db, taskDb, upstream, custody, publicKey: key } = parts;
  const data = { policy: custody().policyDigest, key };
  parts.ledger.append(ENVIRONMENT_CHAIN, { kind: 'gate-started', subject, data });
  const offers = startOffers(parts);
  const api = await startApi(createGateApi(parts), config.apiPort);
  const handlers = createHandlers(parts, () => offers.sawWorker());
  const proxy = await startProxy(handlers, config.proxyPort);
  return {
    proxyPort: proxy.port,
    apiPort: api.port,
    stop: async () => {
      proxy.stop();
      await Promise.all([api.stop(), offers.stop()]);
      upstream.close();
      db.close();
      taskDb.close();
    },
  };
}
