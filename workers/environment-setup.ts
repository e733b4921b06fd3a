/** From an environment's folder to what its Activities work with. Everything that can be wrong is said here. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Logger } from 'pino';
import { checkDefinitions, compileRuntime } from '../activities/environment/python-runtime.js';
import type { EnvironmentDeps } from '../activities/environment/dependencies.js';
import { createGateClient } from '../activities/environment/gate-client.js';
import { absoluteDefinitions } from '../activities/environment/job-spec.js';
import { ResultIndex } from '../activities/environment/result-index.js';
import { makeFolders, workerLayout } from '../activities/environment/worker-layout.js';
import { createProviders } from '../activities/providers/create-providers.js';
import { chooseSandbox } from '../activities/providers/sandbox/choose-sandbox.js';
import { readEnvironment } from '../contracts/schemas/environment.js';
import type { EnvironmentConfig } from '../contracts/world.js';
import type { EnvironmentWorkerConfig } from './environment-config.js';

export interface Environment {
  description: EnvironmentConfig;
  deps: EnvironmentDeps;
}

/** @throws Error (ConfigError, SandboxError) with what to mend. */
export async function setUpEnvironment(
  config: EnvironmentWorkerConfig,
  log: Logger,
): Promise<Environment> {
  const { folder, python, runtime, path } = config;
  const { config: description, datasets, policy } = readEnvironment(folder);
  const layout = workerLayout(folder);
  const feederKey = readFeederKey(layout.feederKey);
  makeFolders(layout);
  const definitions = absoluteDefinitions(folder, datasets);
  await compileRuntime({ python, runtime });
  const { sandbox, report } = await chooseSandbox({
    ...{ python, runtime, path },
    floor: policy.sandbox.floor,
    secrets: [folder, ...[...definitions.values()].map(({ people }) => people)],
  });
  writeFileSync(layout.sandbox, `${JSON.stringify(report)}\n`);
  log.info(report, 'op sandbox');
  await checkDefinitions({ definitions: [...definitions.values()], python, runtime });
  const deps: EnvironmentDeps = {
    ...{ log, layout, sandbox, feederKey, python, runtime },
    datasets: definitions,
    providers: createProviders(description, layout.jobs),
    gate: createGateClient({ url: config.gateUrl, inputs: layout.inputs }),
    index: new ResultIndex(layout.index),
    wall: policy.wall,
  };
  return { description, deps };
}

function readFeederKey(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch {
    throw new Error(`${path} is missing: make it with cloister world init`);
  }
  if (!/^[0-9a-f]{64}$/.test(text)) throw new Error(`${path} holds no key of 32 bytes in hex`);
  return text;
}
