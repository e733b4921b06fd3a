/** A Temporal dev server of one's own for a test file: in memory, on a free port, gone with `teardown`. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { SEARCH_ATTRIBUTES } from '../../contracts/search-attributes.js';

const IN_ENVIRONMENT = fileURLToPath(new URL('../../.venv/bin/temporal', import.meta.url));

const DYNAMIC_CONFIG = [
  // One partition: half the server's CPU on a small machine, and an order that tests can rely on.
  'matching.numTaskqueueReadPartitions=1',
  'matching.numTaskqueueWritePartitions=1',
  // Tasks are loaded 20 times a second by default, which costs a chain of steps 50 ms each.
  'history.transferProcessorMaxPollRPS=1000',
];

/** @throws Error when there is no Temporal CLI, saying how to get it. */
export function temporalExecutable(): string {
  const path = process.env['TEMPORAL_CLI'] ?? IN_ENVIRONMENT;
  if (!existsSync(path))
    throw new Error(`no Temporal CLI at ${path}: run \`npm test\`, which sets it up`);
  return path;
}

/** Before anything of Temporal starts in a process: workers tell every change of their state otherwise. */
export function quietRuntime(): void {
  Runtime.install({ logger: new DefaultLogger('ERROR'), workerHeartbeatInterval: 0 });
}

export async function startTemporal(): Promise<TestWorkflowEnvironment> {
  quietRuntime();
  return TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path: temporalExecutable() },
      log: { format: 'pretty', level: 'error' },
      searchAttributes: Object.values(SEARCH_ATTRIBUTES),
      extraArgs: DYNAMIC_CONFIG.flatMap((value) => ['--dynamic-config-value', value]),
    },
  });
}
