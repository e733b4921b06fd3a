/** Where the files of a world lie. Each process has a state folder of its own: it reads no other's. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CliError, EXIT } from '../failure.js';

export interface HubLayout {
  world: string;
  state: string;
  tokenKey: string;
  operatorToken: string;
  pins: string;
  ports: string;
  logs: string;
  temporalDatabase: string;
  supervisor: string;
}

export interface EnvironmentLayout {
  folder: string;
  state: string;
  gateKey: string;
  gateToken: string;
  feederKey: string;
  pins: string;
  ports: string;
  logs: string;
  supervisor: string;
  /** The worker's: artifacts and records of jobs. */
  worker: string;
}

export function hubLayout(world: string): HubLayout {
  const folder = resolve(world);
  if (!existsSync(join(folder, 'hub.yaml'))) {
    throw new CliError(
      `${folder} is no world: it holds no hub.yaml. See docs/adding-an-environment.md.`,
      EXIT.usage,
    );
  }
  const state = join(folder, 'state', 'hub');
  return {
    world: folder,
    state,
    tokenKey: join(state, 'keys', 'token.key'),
    operatorToken: join(state, 'operator.token'),
    pins: join(folder, 'state', 'pins.json'),
    ports: join(state, 'ports.json'),
    logs: join(state, 'logs'),
    temporalDatabase: join(state, 'temporal.db'),
    supervisor: join(state, 'supervisor.json'),
  };
}

export function environmentLayout(environmentFolder: string): EnvironmentLayout {
  const folder = resolve(environmentFolder);
  const state = join(folder, 'state');
  return {
    folder,
    state,
    gateKey: join(state, 'gate', 'key.pem'),
    gateToken: join(state, 'gate', 'hub-token'),
    feederKey: join(state, 'feeder.key'),
    pins: join(state, 'pins.json'),
    ports: join(state, 'ports.json'),
    logs: join(state, 'logs'),
    supervisor: join(state, 'supervisor.json'),
    worker: join(state, 'worker'),
  };
}

export function environmentFolder(world: string, id: string): string {
  return join(resolve(world), 'environments', id);
}
