/** What the Activities of an environment work with. */
import type { Logger } from 'pino';
import type { DatasetDefinition } from '../../contracts/dataset.js';
import type { Provider } from '../providers/provider.js';
import type { Sandbox } from '../providers/sandbox/sandbox.js';
import type { GateClient } from './gate-client.js';
import type { ResultIndex } from './result-index.js';
import type { WorkerLayout } from './worker-layout.js';

export interface EnvironmentDeps {
  log: Logger;
  layout: WorkerLayout;
  /** From datasets.yaml as it was when the worker started, with absolute paths. */
  datasets: ReadonlyMap<string, DatasetDefinition>;
  providers: ReadonlyMap<string, Provider>;
  sandbox: Pick<Sandbox, 'hostArgv'>;
  gate: GateClient;
  index: ResultIndex;
  /** With which manifests are authenticated: 32 bytes in hexadecimal. */
  feederKey: string;
  /** Interpreter of the feeder and the folder of its package. */
  python: string;
  runtime: string;
  wall: 'walled' | 'open';
}
