import { readFileSync } from 'node:fs';
import type { KeyObject } from 'node:crypto';
import { loadSigningKey, publicKeyOf } from '../contracts/schemas/sign.js';
import type { GateLayout } from './config.js';

export interface GateKeys {
  signing: KeyObject;
  /** The gate's own public key: believed like any other that the policy names. */
  publicKey: string;
  /** With which the feeder authenticates manifests; hexadecimal. */
  feeder: string;
  /** Bearer token for the exchange. */
  hubToken: string;
}

/** @throws Error when a key is missing: `cloister world init` makes them. */
export function readKeys(layout: GateLayout): GateKeys {
  const signing = loadSigningKey(readFileSync(layout.signingKey, 'utf8'));
  const feeder = readFileSync(layout.feederKey, 'utf8').trim();
  if (!/^[0-9a-f]{64}$/.test(feeder)) throw new Error(`${layout.feederKey}: not 64 hex digits`);
  return {
    signing,
    publicKey: publicKeyOf(signing),
    feeder,
    hubToken: readFileSync(layout.hubToken, 'utf8').trim(),
  };
}
