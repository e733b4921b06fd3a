/** The gate, put together. */
import { join } from 'node:path';
import { environmentTaskQueue } from '../contracts/names.js';
import { createAdmissionBook } from './admissions/book.js';
import { createGateApi } from './api/gate-api.js';
import { startApi } from './api/server.js';
import { gateLayout, type GateConfig } from './config.js';
import { createCustody, readCustody } from './custody.js';
import { createExchange } from './inputs/exchange.js';
import { createInputs } from './inputs/inputs.js';
import { readKeys } from './keys.js';
import { createLedger, ENVIRONMENT_CHAIN } from './ledger/ledger.js';
import { startOffers } from './offers/publish-offers.js';
import { createOrderBook } from './orders/order-book.js';
import { createPlans } from './plans/plans.js';
import { createGrpcUpstream } from './proxy/grpc-upstream.js';
import { createHandlers } from './proxy/handlers.js';
import { startProxy } from './proxy/server.js';
import { createTasks } from './proxy/tasks.js';
import { createReleaseBook } from './releases/release-book.js';
import { openDatabase } from './state/database.js';

export interface Gate {
  proxyPort: number;
  apiPort: number;
  stop(): Promise<void>;
}

/** @throws Error when a file of the environment or a key cannot be read: nothing starts. */
export async function startGate(config: GateConfig): Promise<Gate> {
  const deps = createDeps(config);
  const { environment, region, db, taskDb, upstream, custody } = deps;
  deps.ledger.append(ENVIRONMENT_CHAIN, {
    kind: 'gate-started',
    subject: environment,
    data: { policy: custody().policyDigest, key: deps.publicKey },
  });
  const offers = startOffers(deps);
  const api = await startApi(createGateApi(deps), config.apiPort);
  const taskQueue = environmentTaskQueue(region, environment);
  const onPoll = () => offers.sawWorker();
  const handlers = createHandlers({ ...deps, taskQueue, onPoll });
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

function createDeps({ folder, hubUrl, temporalAddress, namespace }: GateConfig) {
  const layout = gateLayout(folder);
  const { config } = readCustody(layout);
  const keys = readKeys(layout);
  const db = openDatabase(join(layout.state, 'gate.db'));
  const taskDb = openDatabase(join(layout.state, 'tasks.db'), 'normal');
  const exchange = createExchange({ url: hubUrl, token: keys.hubToken });
  const inputs = createInputs({ folder: join(layout.state, 'inputs'), exchange, db });
  return {
    environment: config.id,
    region: config.region,
    db,
    taskDb,
    ledger: createLedger(db),
    custody: createCustody(layout),
    exchange,
    inputs,
    plans: createPlans(inputs),
    admissions: createAdmissionBook(db),
    orders: createOrderBook(db),
    releases: createReleaseBook(db, join(layout.state, 'releases')),
    tasks: createTasks(taskDb),
    upstream: createGrpcUpstream({ address: temporalAddress, namespace }),
    speaker: { namespace, identity: `gate-${config.id}` },
    artifacts: layout.artifacts,
    publicKey: keys.publicKey,
    feederKey: keys.feeder,
    signingKey: keys.signing,
  };
}
