/** Where an environment worker keeps its state, below the environment's folder. */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

export interface WorkerLayout {
  folder: string;
  /** One folder a job, named like it. */
  artifacts: string;
  /** Files of the exchange, by sha256. */
  inputs: string;
  /** Records of the providers. */
  jobs: string;
  index: string;
  /** The runtime's log: a line before each shard's op starts. */
  executions: string;
  sandbox: string;
  feederKey: string;
}

export function workerLayout(environmentFolder: string): WorkerLayout {
  const folder = resolve(environmentFolder);
  const state = join(folder, 'state', 'worker');
  return {
    folder,
    artifacts: join(state, 'artifacts'),
    inputs: join(state, 'inputs'),
    jobs: join(state, 'jobs'),
    index: join(state, 'index.db'),
    executions: join(state, 'executions.log'),
    sandbox: join(state, 'sandbox.json'),
    feederKey: join(folder, 'state', 'feeder.key'),
  };
}

/** Outputs are the environment's own: no other account of the machine reads them. */
export function makeFolders({ artifacts, inputs, jobs }: WorkerLayout): void {
  for (const path of [artifacts, inputs, jobs]) mkdirSync(path, { recursive: true, mode: 0o700 });
}
