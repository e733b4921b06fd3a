/** A world on one machine: its hub and the environments whose folders lie in it. */
import { join } from 'node:path';
import { readWorld } from '../../contracts/schemas/environment.js';
import { localEnvironments } from '../world/keys.js';
import {
  environmentFolder,
  environmentLayout,
  hubLayout,
  type EnvironmentLayout,
  type HubLayout,
} from '../world/layout.js';
import type { ChildSpec } from './child.js';
import { choosePorts, type Ports } from './ports.js';
import { addressesOf, environmentSpecs, hubSpecs, type Build, type HubAddresses } from './roles.js';
import { Supervisor } from './supervisor.js';
import { keepEndedRuns, temporalIsServing, temporalSpec } from './temporal.js';
import { waitFor } from './wait.js';

const HUB_PORTS: Ports = { api: 7080, temporal: 7233, temporalUi: 8233 };
const FIRST_ENVIRONMENT_PORT = 7240;

export interface StartOptions {
  world: string;
  /**
   * A copy of hub.yaml and what it names, without `environments/`, for the hub's processes to run from; default: the
   * world itself.
   */
  hubWorld?: string;
  say: (line: string) => void;
  build?: Build | undefined;
  /** Stops a start that is under way. */
  signal?: AbortSignal | undefined;
}

export interface RunningWorld {
  supervisor: Supervisor;
  layout: HubLayout;
  addresses: HubAddresses & { temporalUi: string };
  environments: string[];
}

/** Starts every process; resolves when the API is ready. On any failure all are ended before it rejects. */
export async function startWorld(options: StartOptions): Promise<RunningWorld> {
  const { world, hubWorld, say, build, signal } = options;
  const layout = hubLayout(world);
  const environments = localEnvironments(layout, readWorld(layout.world));
  const workers = environments.map(
    (id) => environmentLayout(environmentFolder(layout.world, id)).worker,
  );
  const supervisor = await createSupervisor(layout.supervisor, workers, say);
  try {
    const reserved = new Set<number>();
    const ports = await portsFor('', layout.ports, { wanted: HUB_PORTS, reserved, say });
    const addresses = addressesOf(ports);
    const specs = await specsOf(layout, environments, { hub: addresses, reserved, say, build });
    supervisor.start(temporalSpec(layout, ports));
    await waitFor('Temporal', () => temporalIsServing(ports), {
      signal,
      log: join(layout.logs, 'temporal.log'),
    });
    const hub = hubSpecs({ ...layout, world: hubWorld ?? layout.world }, ports, build);
    for (const spec of [...hub, ...specs]) supervisor.start(spec);
    await keepEndedRuns(ports);
    await waitFor('the API', () => answers(`${addresses.api}/ready`), {
      signal,
      log: join(layout.logs, 'api.log'),
    });
    return { supervisor, layout, addresses, environments };
  } catch (error) {
    await supervisor.stop();
    throw error;
  }
}

interface SpecsOptions {
  hub: HubAddresses;
  reserved?: Set<number>;
  say: StartOptions['say'];
  build?: Build | undefined;
}

async function specsOf(
  layout: HubLayout,
  ids: string[],
  options: SpecsOptions,
): Promise<ChildSpec[]> {
  const specs: ChildSpec[] = [];
  for (const id of ids) {
    const environment = environmentLayout(environmentFolder(layout.world, id));
    specs.push(...(await environmentSpecsOf(environment, id, options)));
  }
  return specs;
}

/** Gate and worker of one environment, with ports of their own. */
export async function environmentSpecsOf(
  environment: EnvironmentLayout,
  id: string,
  { hub, reserved = new Set(), say, build }: SpecsOptions,
): Promise<ChildSpec[]> {
  const wanted = { proxy: FIRST_ENVIRONMENT_PORT, gateApi: FIRST_ENVIRONMENT_PORT + 1 };
  const options = { wanted: afterAll(wanted, reserved), reserved, say };
  const ports = await portsFor(`${id} `, environment.ports, options);
  const { proxy = 0, gateApi = 0 } = ports;
  return environmentSpecs(environment, { id, ports: { proxy, gateApi }, hub, build });
}

/** Wanted ports of the next environment of a world: no move to speak of when the one before has these. */
function afterAll(wanted: Ports, reserved: ReadonlySet<number>): Ports {
  const highest = Math.max(FIRST_ENVIRONMENT_PORT - 1, ...inRange(reserved));
  return Object.fromEntries(Object.keys(wanted).map((name, index) => [name, highest + 1 + index]));
}

function inRange(ports: ReadonlySet<number>): number[] {
  return [...ports].filter((port) => port >= FIRST_ENVIRONMENT_PORT && port < 8000);
}

async function portsFor(
  prefix: string,
  path: string,
  options: { wanted: Ports; reserved: Set<number>; say: StartOptions['say'] },
): Promise<Ports> {
  const { ports, moves } = await choosePorts(path, options.wanted, options.reserved);
  for (const { name, wanted, got } of moves) {
    options.say(`port ${wanted} is taken; ${prefix}${name} uses ${got} from now on`);
  }
  return ports;
}

export function createSupervisor(
  record: string,
  jobFolders: string[],
  say: StartOptions['say'],
): Promise<Supervisor> {
  const onCrash = (role: string, how: string, delay: number) =>
    say(`${role} ended (${how}); starting it again in ${delay / 1000} s`);
  return Supervisor.create({ record, jobFolders, events: { onCrash } }, (count) =>
    say(`ended ${count} processes that an earlier start had left behind`),
  );
}

export async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2000) })).ok;
  } catch {
    return false;
  }
}
