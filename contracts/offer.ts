/**
 * What an environment publishes of itself: what its custodian and engineer wrote, and a state. Nothing in it is
 * computed from data. Signed by the gate, put into the exchange every 30 s; older than 90 s it counts as `down`.
 */
import type { Prices } from './world.js';

export const OFFER_EVERY_SECONDS = 30;
export const OFFER_STALE_SECONDS = 90;

export interface Offer {
  version: 1;
  environment: string;
  region: string;
  title: string;
  at: string;
  state: 'up' | 'busy' | 'down';
  wall: 'walled' | 'open';
  combines: boolean;
  /** Why released statistics need no review, where the policy says `open`. */
  reason: string | null;
  summaryStatistics: 'review' | 'open';
  /** Analysis digests that are approved. */
  approvals: string[];
  /** project -> datasets. */
  grants: Record<string, string[]>;
  /** Environments whose conclusions are taken as inputs. */
  believes: string[];
  isolation: 'op' | 'platform';
  sandbox: string;
  providers: OfferedProvider[];
  prices: Prices;
  datasets: OfferedDataset[];
}

export interface OfferedProvider {
  id: string;
  kind: string;
  technologies: string[];
  slots: number;
  cpus: number;
  memoryBytes: number;
}

export interface OfferedDataset {
  id: string;
  title: string;
  version: number;
  wall: 'walled' | 'open';
  residency: string[];
  build: string;
  approximatePeople: number;
  phenotypes: Record<string, { title: string; type: 'number' | 'binary'; unit: string | null }>;
  covariates: Record<string, { title: string; type: 'number' | 'binary'; unit: string | null }>;
  frames: Record<string, { title: string }>;
}

export interface SignedOffer {
  offer: Offer;
  /** Ed25519 over the canonical JSON of `offer`, base64url. */
  signature: string;
}
