/**
 * A copy of the demo's world with real processes, for end-to-end tests. The hub runs from a folder that holds
 * hub.yaml and the reference but no environment, so that nothing it does can come from there.
 */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RestClient } from '../../client/index.js';
import { ROOT } from '../../cli/root.js';
import { waitFor } from '../../cli/supervise/wait.js';
import type { Build } from '../../cli/supervise/roles.js';
import { startWorld } from '../../cli/supervise/world.js';
import { operatorToken } from '../../cli/hub.js';
import { initWorld } from '../../cli/world/init.js';
import { environmentFolder, environmentLayout, hubLayout } from '../../cli/world/layout.js';

export type Environment = 'finland' | 'britain' | 'tuscany' | 'company-cloud';
const ALL: readonly Environment[] = ['finland', 'britain', 'tuscany', 'company-cloud'];

export interface WorldOptions {
  /** Default: all four. The others stay in hub.yaml, and are down. */
  environments?: readonly Environment[];
  /** Changes files of the copy before anything starts. */
  prepare?: (folder: string) => void;
  /** Other analyses, another gate. */
  build?: Build;
}

export interface TestWorld {
  folder: string;
  api: string;
  token: string;
  temporal: string;
  client: RestClient;
  /** Lines that the supervisor said: crashes and restarts among them. */
  lines: string[];
  /** Process ids by role: `api`, `control worker`, `finland gate`, `finland worker`, `temporal`. */
  pids(): Record<string, number>;
  /** kill -9; the supervisor starts it again. */
  kill(role: string): number;
  /** A process dies at the failpoint, once, and is started again. See contracts/schemas/failpoint.ts. */
  arm(failpoint: string): void;
  hasFired(failpoint: string): boolean;
  stop(): Promise<void>;
}

/** A copy of the demo's world without state, with ports of its own. */
export async function copyWorld(environments: readonly Environment[] = ALL): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'cloister-world-'));
  const demo = join(ROOT, 'worlds', 'demo');
  for (const part of ['hub.yaml', 'reference']) {
    cpSync(join(demo, part), join(folder, part), { recursive: true });
  }
  for (const id of environments) {
    cpSync(environmentFolder(demo, id), environmentFolder(folder, id), {
      recursive: true,
      filter: (path) => !path.endsWith('/state'),
    });
  }
  await writePorts(folder, environments);
  return folder;
}

async function writePorts(folder: string, environments: readonly Environment[]): Promise<void> {
  const ports = await freePorts(3 + 2 * environments.length);
  const [api = 0, temporal = 0, temporalUi = 0, ...rest] = ports;
  write(hubLayout(folder).ports, { api, temporal, temporalUi });
  for (const [index, id] of environments.entries()) {
    const [proxy = 0, gateApi = 0] = rest.slice(2 * index);
    write(environmentLayout(environmentFolder(folder, id)).ports, { proxy, gateApi });
  }
}

function write(path: string, value: unknown): void {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, JSON.stringify(value));
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports: number[] = [];
  for (const server of servers) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ports.push((server.address() as AddressInfo).port);
  }
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** hub.yaml, the reference and the hub's state, by a path under which no environment is found. */
function hubFolderOf(folder: string): string {
  const hub = mkdtempSync(join(tmpdir(), 'cloister-hub-'));
  for (const part of ['hub.yaml', 'reference']) {
    cpSync(join(folder, part), join(hub, part), { recursive: true });
  }
  mkdirSync(join(folder, 'state'), { recursive: true });
  symlinkSync(join(folder, 'state'), join(hub, 'state'));
  return hub;
}

/** Starts it and waits until each environment has offered itself. The folder is removed by `stop`. */
export async function startTestWorld(options: WorldOptions = {}): Promise<TestWorld> {
  const environments = options.environments ?? ALL;
  const folder = await copyWorld(environments);
  options.prepare?.(folder);
  const failpoints = join(folder, 'failpoints');
  mkdirSync(failpoints);
  process.env['CLOISTER_FAILPOINTS'] = failpoints;
  const { analyses } = options.build ?? {};
  await initWorld(folder, { isYes: true, ...(analyses === undefined ? {} : { analyses }) });
  const hubWorld = hubFolderOf(folder);
  const lines: string[] = [];
  const say = (line: string) => void lines.push(line);
  const { supervisor, addresses, layout } = await startWorld({
    world: folder,
    hubWorld,
    say,
    build: options.build,
  });
  const token = operatorToken(layout.operatorToken);
  const client = new RestClient({ url: addresses.api, token });
  const stop = async () => {
    await supervisor.stop();
    if (process.env['CLOISTER_KEEP_WORLDS'] === undefined) {
      for (const path of [folder, hubWorld])
        rmSync(path, { recursive: true, force: true, maxRetries: 20 });
    }
  };
  try {
    await waitFor('every environment', () => areUp(client, environments), { seconds: 60 });
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    folder,
    api: addresses.api,
    token,
    temporal: addresses.temporal,
    client,
    lines,
    pids: () => supervisor.pids(),
    kill: (role) => kill(supervisor.pids(), role),
    arm: (failpoint) => writeFileSync(join(failpoints, failpoint), ''),
    hasFired: (failpoint) => !existsSync(join(failpoints, failpoint)),
    stop,
  };
}

async function areUp(client: RestClient, ids: readonly string[]): Promise<boolean> {
  const environments = await client.listEnvironments();
  return ids.every((id) => environments.some((entry) => entry.id === id && entry.state !== 'down'));
}

function kill(pids: Record<string, number>, role: string): number {
  const pid = pids[role];
  if (pid === undefined)
    throw new Error(`no process ${role}; there are: ${Object.keys(pids).join(', ')}`);
  process.kill(pid, 'SIGKILL');
  return pid;
}
