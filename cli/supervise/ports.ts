/** Ports on 127.0.0.1: chosen once, kept in a file, moved only when somebody else sits on one. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { CliError } from '../failure.js';

export type Ports = Record<string, number>;

export interface PortMove {
  name: string;
  wanted: number;
  got: number;
}

export function readPorts(path: string): Ports | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Ports;
  } catch {
    return undefined;
  }
}

/**
 * @param defaults name -> port wanted at the first start
 * @param reserved ports that others have chosen but do not listen on yet; the chosen ones are added
 * @returns the ports, written to the file, and which had to move since what was wanted or kept is taken
 */
export async function choosePorts(
  path: string,
  defaults: Ports,
  reserved = new Set<number>(),
): Promise<{ ports: Ports; moves: PortMove[] }> {
  const kept = readPorts(path) ?? {};
  const ports: Ports = {};
  const moves: PortMove[] = [];
  for (const [name, fallback] of Object.entries(defaults)) {
    const wanted = kept[name] ?? fallback;
    const got = await nextFree(wanted, reserved);
    if (got !== wanted) moves.push({ name, wanted, got });
    ports[name] = got;
    reserved.add(got);
  }
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(ports, null, 1)}\n`);
  return { ports, moves };
}

async function nextFree(first: number, taken: ReadonlySet<number>): Promise<number> {
  for (let port = first; port < Math.min(first + 200, 65_536); port += 1) {
    if (!taken.has(port) && (await isFree(port))) return port;
  }
  throw new CliError(`none of the ports ${first} to ${first + 199} is free on 127.0.0.1.`);
}

export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () =>
      server.close(() => resolve(true)),
    );
  });
}
