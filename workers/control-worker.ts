/** The control worker: all Workflows, and the hub's own Activities. */
import { fileURLToPath } from 'node:url';
import { NativeConnection, Runtime, Worker, type WorkerOptions } from '@temporalio/worker';
import { pino } from 'pino';
import { createHubActivities } from '../activities/hub/index.js';
import { CONTROL_TASK_QUEUE } from '../contracts/names.js';
import { openCatalog } from '../hub/catalog/catalog-source.js';
import { createDirectoryExchange } from '../hub/exchange/directory-exchange.js';
import { readHubConfig, type HubConfig } from '../hub/hub-config.js';
import { openSqliteStore } from '../hub/store/sqlite.js';
import { createTemporalLogger } from './temporal-logger.js';

const SHUTDOWN_GRACE = '5 seconds';

export async function runControlWorker(config: HubConfig): Promise<void> {
  const store = await openSqliteStore(config.store);
  const activities = createHubActivities({
    store,
    exchange: createDirectoryExchange(config.exchange),
    catalog: openCatalog(config, store.offers),
    worldFolder: config.world,
  });
  const connection = await NativeConnection.connect({ address: config.temporal.address });
  const worker = await Worker.create({
    connection,
    namespace: config.temporal.namespace,
    taskQueue: CONTROL_TASK_QUEUE,
    ...workflowsOf(config),
    activities: { ...activities },
    // The default holds host name and process id, in every poll.
    identity: 'control',
    activityTaskPollerBehavior: { type: 'autoscaling' },
    workflowTaskPollerBehavior: { type: 'autoscaling' },
    shutdownGraceTime: SHUTDOWN_GRACE,
  });
  try {
    await worker.run();
  } finally {
    await connection.close();
    await store.close();
  }
}

function workflowsOf({ workflowBundle }: HubConfig): Partial<WorkerOptions> {
  if (workflowBundle !== null) return { workflowBundle: { codePath: workflowBundle } };
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const url = new URL(`../workflows/index.${extension}`, import.meta.url);
  return { workflowsPath: fileURLToPath(url) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const log = pino({ name: 'control-worker' });
  Runtime.install({ logger: createTemporalLogger(log), workerHeartbeatInterval: 0 });
  try {
    await runControlWorker(readHubConfig());
  } catch (error) {
    log.fatal({ err: error }, 'the control worker ends');
    process.exitCode = 1;
  }
}
