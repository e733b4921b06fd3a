/** Keys, pins and tokens of a world, below its ignored `state/` folders. What is there already stays. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { Pins, World } from '../../contracts/world.js';
import { generateSigningKey, loadSigningKey, publicKeyOf } from '../../contracts/schemas/sign.js';
import { CliError } from '../failure.js';
import { readJson, secretIn, writeJson, writeSecret } from './files.js';
import {
  environmentFolder,
  environmentLayout,
  type EnvironmentLayout,
  type HubLayout,
} from './layout.js';
import { mintToken, type TokenClaims } from './tokens.js';

const YEAR = 365 * 24 * 3600;
const hexKey = () => randomBytes(32).toString('hex');

/** Environments of the world whose folder lies in it; others are run elsewhere, by their own people. */
export function localEnvironments(layout: HubLayout, world: World): string[] {
  return world.environments
    .map(({ id }) => id)
    .filter((id) => existsSync(environmentFolder(layout.world, id)));
}

export async function writeKeys(layout: HubLayout, world: World): Promise<void> {
  const tokenKey = secretIn(layout.tokenKey, hexKey);
  const projects = Object.keys(world.projects);
  const admin: TokenClaims = {
    key: tokenKey,
    sub: 'operator',
    role: 'admin',
    projects,
    seconds: YEAR,
  };
  if (!existsSync(layout.operatorToken)) {
    writeSecret(layout.operatorToken, await mintToken(admin));
  }
  const ids = localEnvironments(layout, world);
  const made: Pins = {};
  for (const id of ids) made[id] = await writeEnvironmentKeys(layout, id, tokenKey);
  const pins = pinsOf(world, { ...readJson<Pins>(layout.pins, {}), ...made }, made);
  writeJson(layout.pins, pins);
  for (const id of ids) {
    writeJson(environmentLayout(environmentFolder(layout.world, id)).pins, pins);
  }
}

async function writeEnvironmentKeys(
  layout: HubLayout,
  id: string,
  tokenKey: string,
): Promise<string> {
  const environment = environmentLayout(environmentFolder(layout.world, id));
  const publicKey = writeOwnKeys(environment);
  if (!existsSync(environment.gateToken)) {
    const base = { key: tokenKey, projects: [], seconds: YEAR };
    const claims: TokenClaims = { ...base, sub: id, role: 'gate' };
    writeSecret(environment.gateToken, await mintToken(claims));
  }
  return publicKey;
}

/** The keys that never leave an environment. @returns the gate's public one, for the hub to pin */
export function writeOwnKeys({ feederKey, gateKey }: EnvironmentLayout): string {
  secretIn(feederKey, hexKey);
  const pem = secretIn(gateKey, () => generateSigningKey().privatePem);
  return publicKeyOf(loadSigningKey(pem));
}

/** A key that hub.yaml names wins over one that was seen; a local gate that has another is a fault to mend. */
function pinsOf(world: World, known: Pins, made: Pins): Pins {
  const pins: Pins = {};
  for (const { id, gateKey } of world.environments) {
    const own = made[id];
    if (gateKey !== null && own !== undefined && own !== gateKey) {
      throw new CliError(
        `hub.yaml pins the gate key ${gateKey} for ${id}, but the gate in environments/${id} has ${own}. Correct gateKey, or bring the right state/gate/key.pem.`,
      );
    }
    const key = gateKey ?? known[id];
    if (key !== undefined) pins[id] = key;
  }
  return pins;
}
