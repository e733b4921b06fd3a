/** What the gate is made of: each part takes of the others what it names. */
import { join } from 'node:path';
import { environmentTaskQueue } from '../contracts/names.js';
import { createAdmissionBook } from './admissions/book.js';
import { gateLayout, type GateConfig } from './config.js';
import { createCustody, readCustody } from './custody.js';
import { createExchange } from './inputs/exchange.js';
import { createInputs } from './inputs/inputs.js';
import { readKeys } from './keys.js';
import { createLedger } from './ledger/ledger.js';
import { createOrderBook } from './orders/order-book.js';
import { createPlans } from './plans/plans.js';
import { createGrpcUpstream } from './proxy/grpc-upstream.js';
import { createTasks } from './proxy/tasks.js';
import { createReleaseBook } from './releases/release-book.js';
import { openDatabase } from './state/database.js';

export type GateParts = ReturnType<typeof createParts>;

/** @throws Error when a file of the environment or a key cannot be read. */
export function createParts({ folder, hubUrl, temporalAddress, namespace }: GateConfig) {
  const layout = gateLayout(folder);
  const { config } = readCustody(layout);
  const keys = readKeys(layout);
  const db = openDatabase(join(layout.state, 'gate.db'));
  const taskDb = openDatabase(join(layout.state, 'tasks.db'), 'normal');
  const exchange = createExchange({ url: hubUrl, token: keys.hubToken });
  const inputs = createInputs({ folder: join(layout.state, 'inputs'), exchange, db });
  return {
    environment: config.id,
    taskQueue: environmentTaskQueue(config.region, config.id),
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
