/** The API's process. */
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { openCatalog } from '../hub/catalog/catalog-source.js';
import { createDirectoryExchange } from '../hub/exchange/directory-exchange.js';
import { readHubConfig, type HubConfig } from '../hub/hub-config.js';
import { openSqliteStore } from '../hub/store/sqlite.js';
import { createApp } from './app.js';
import { DEFAULT_LIMITS, type ApiDeps } from './deps.js';
import { createAuthenticator } from './identity.js';
import { createTemporalRunStarter } from './temporal-run-starter.js';

const HOST = '127.0.0.1';
/** For answers that are under way; streams are cut off, and go on elsewhere by their last event. */
const GRACE_MILLISECONDS = 2000;

async function main(config: HubConfig): Promise<void> {
  const log = pino({ name: 'api' });
  const store = await openSqliteStore(config.store);
  const starter = createTemporalRunStarter(config.temporal);
  const app = createApp({
    store,
    starter,
    log,
    exchange: createDirectoryExchange(config.exchange),
    catalog: openCatalog(config, store.offers),
    authenticate: createAuthenticator(readTokenKey(config.tokenKey)),
    limits: DEFAULT_LIMITS,
    temporalUi: temporalUiOf(config),
  });
  const server = createServer(app);
  await listen(server, config.apiPort);
  log.info({ port: config.apiPort }, 'the API listens');
  const stop = (): void => {
    server.close(() => {
      void Promise.allSettled([starter.close(), store.close()]).then(() => process.exit(0));
    });
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), GRACE_MILLISECONDS).unref();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

function temporalUiOf({ temporalUiUrl: url, temporal }: HubConfig): ApiDeps['temporalUi'] {
  return url === null ? null : { url, namespace: temporal.namespace };
}

function readTokenKey(path: string): Uint8Array {
  const hex = readFileSync(path, 'utf8').trim();
  if (!/^[0-9a-f]{64}$/.test(hex)) throw new Error(`${path} does not hold 32 bytes in hexadecimal`);
  return Buffer.from(hex, 'hex');
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, resolve);
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await main(readHubConfig());
  } catch (error) {
    pino({ name: 'api' }).fatal({ err: error }, 'the API does not start');
    process.exitCode = 1;
  }
}
