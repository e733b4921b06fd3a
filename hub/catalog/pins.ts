/** Keys by which the hub knows the gates: as `hub.yaml` writes them, else as they were pinned at the start. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Pins, World } from '../../contracts/world.js';

export function readPins(worldFolder: string, world: World): Pins {
  const seen = readSeen(join(worldFolder, 'state', 'pins.json'));
  const pairs = world.environments.flatMap(({ id, gateKey }) => {
    const key = gateKey ?? seen[id];
    return key === undefined ? [] : [[id, key] as const];
  });
  return Object.fromEntries(pairs);
}

function readSeen(path: string): Pins {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Pins;
  } catch {
    return {};
  }
}
