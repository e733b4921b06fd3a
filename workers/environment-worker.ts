/** The environment worker: serves the Activities of one environment, on its own Task Queue, through its gate. */
import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { pino, type Logger } from 'pino';
import { createEnvironmentActivities } from '../activities/environment/create-activities.js';
import { environmentTaskQueue } from '../contracts/names.js';
import { parseEnvironmentConfig, type EnvironmentWorkerConfig } from './environment-config.js';
import { setUpEnvironment, type Environment } from './environment-setup.js';
import { createTemporalLogger } from './temporal-logger.js';

const RETRY_MILLISECONDS = 500;
const WATCH_MILLISECONDS = 1_000;

async function main(log: Logger): Promise<void> {
  const config = parseEnvironmentConfig(process.env);
  const environment = await setUpEnvironment(config, log);
  // The number 0: any other absence sends host name, memory and load of this machine upstream.
  Runtime.install({ logger: createTemporalLogger(log), workerHeartbeatInterval: 0 });
  const connection = await connect(config, log);
  const worker = await createWorker(connection, config, environment);
  const watch = exitWhenFailed(worker, log);
  log.info({ queue: worker.options.taskQueue }, 'the environment worker serves');
  await worker.run();
  clearInterval(watch);
  await connection.close();
  environment.deps.index.close();
}

/** The gate may start later than its worker. */
async function connect(config: EnvironmentWorkerConfig, log: Logger): Promise<NativeConnection> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await NativeConnection.connect({ address: config.temporalAddress });
    } catch (error) {
      if (attempt % 20 === 0) log.warn({ error: String(error) }, 'the gate does not answer yet');
      await new Promise((resolve) => setTimeout(resolve, RETRY_MILLISECONDS));
    }
  }
}

function createWorker(
  connection: NativeConnection,
  { namespace }: EnvironmentWorkerConfig,
  { description: { id, region }, deps }: Environment,
): Promise<Worker> {
  return Worker.create({
    connection,
    namespace,
    taskQueue: environmentTaskQueue(region, id),
    activities: createEnvironmentActivities(deps),
    identity: id,
    activityTaskPollerBehavior: { type: 'autoscaling' },
    maxConcurrentActivityTaskExecutions: 100,
    // Watching is what stops; the jobs go on and are attached to again.
    shutdownGraceTime: '2 seconds',
    shutdownForceTime: '8 seconds',
  });
}

/** A worker whose polls are refused for long fails, and its run() never ends: start anew instead. */
function exitWhenFailed(worker: Worker, log: Logger): NodeJS.Timeout {
  return setInterval(() => {
    if (worker.getState() !== 'FAILED') return;
    log.fatal('the worker failed');
    process.exit(1);
  }, WATCH_MILLISECONDS);
}

const log = pino({ name: 'environment-worker' });
try {
  await main(log);
} catch (error) {
  log.fatal(error instanceof Error ? error.message : String(error));
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
