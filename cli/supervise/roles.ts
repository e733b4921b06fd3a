/** The processes of a hub and of an environment: what each is told, and nothing more. */
import { join } from 'node:path';
import { PYTHON, ROOT, WORKFLOW_BUNDLE, mainOf } from '../root.js';
import { baseEnv, readSettings } from '../settings.js';
import type { EnvironmentLayout, HubLayout } from '../world/layout.js';
import type { ChildSpec } from './child.js';
import type { Ports } from './ports.js';

export interface HubAddresses {
  /** host:port of Temporal's frontend. */
  temporal: string;
  /** The API's URL. */
  api: string;
}

export function addressesOf(ports: Ports): HubAddresses & { temporalUi: string } {
  return {
    temporal: `127.0.0.1:${ports['temporal']}`,
    api: `http://127.0.0.1:${ports['api']}`,
    temporalUi: `http://127.0.0.1:${ports['temporalUi']}`,
  };
}

/** What a test starts in place of the program's own. */
export interface Build {
  /** Folder of the analyses that the hub offers. */
  analyses?: string | undefined;
  /** Folder of compiled processes for the gates. */
  gateDist?: string | undefined;
}

export function hubSpecs(layout: HubLayout, ports: Ports, { analyses }: Build = {}): ChildSpec[] {
  const { temporal, temporalUi } = addressesOf(ports);
  const env = {
    ...baseEnv(),
    CLOISTER_WORLD: layout.world,
    CLOISTER_ANALYSES: analyses ?? readSettings().CLOISTER_ANALYSES,
    TEMPORAL_ADDRESS: temporal,
    TEMPORAL_NAMESPACE: 'default',
    CLOISTER_API_PORT: String(ports['api']),
    CLOISTER_TEMPORAL_UI_URL: temporalUi,
    CLOISTER_WORKFLOW_BUNDLE: WORKFLOW_BUNDLE,
  };
  return [
    nodeSpec({ role: 'api', main: 'api/main', env, log: join(layout.logs, 'api.log') }),
    nodeSpec({
      role: 'control worker',
      main: 'workers/control-worker',
      env,
      log: join(layout.logs, 'control-worker.log'),
    }),
  ];
}

export function environmentSpecs(
  layout: EnvironmentLayout,
  options: {
    id: string;
    ports: { proxy: number; gateApi: number };
    hub: HubAddresses;
    build?: Build | undefined;
  },
): ChildSpec[] {
  const { id, ports, hub, build = {} } = options;
  const gate = {
    ...baseEnv(),
    TEMPORAL_ADDRESS: hub.temporal,
    TEMPORAL_NAMESPACE: 'default',
    CLOISTER_HUB_URL: hub.api,
    CLOISTER_GATE_PROXY_PORT: String(ports.proxy),
    CLOISTER_GATE_API_PORT: String(ports.gateApi),
  };
  const worker = {
    ...baseEnv(),
    CLOISTER_ENVIRONMENT_FOLDER: layout.folder,
    TEMPORAL_ADDRESS: `127.0.0.1:${ports.proxy}`,
    TEMPORAL_NAMESPACE: 'default',
    CLOISTER_GATE_URL: `http://127.0.0.1:${ports.gateApi}`,
    CLOISTER_PYTHON: PYTHON,
    CLOISTER_RUNTIME: join(ROOT, 'runtime'),
  };
  return [
    nodeSpec({
      role: `${id} gate`,
      main: 'gate/main',
      dist: build.gateDist,
      args: ['--environment', layout.folder],
      env: gate,
      log: join(layout.logs, 'gate.log'),
    }),
    nodeSpec({
      role: `${id} worker`,
      main: 'workers/environment-worker',
      env: worker,
      log: join(layout.logs, 'worker.log'),
    }),
  ];
}

interface NodeOptions {
  role: string;
  /** Compiled main below dist/, e.g. `api/main`. */
  main: string;
  dist?: string | undefined;
  args?: string[];
  env: Record<string, string>;
  log: string;
}

function nodeSpec({ role, main, dist, args = [], env, log }: NodeOptions): ChildSpec {
  return {
    role,
    command: process.execPath,
    args: [mainOf(main, dist), ...args],
    env,
    cwd: ROOT,
    log,
    graceMilliseconds: 10_000,
  };
}
