/** `hub.yaml` and `environment.yaml`. */

export interface World {
  title: string;
  projects: Record<string, Project>;
  environments: WorldEnvironment[];
  /** Public list of variants: CHROM POS ID REF ALT; the file relative to the world's folder. */
  reference: { build: string; file: string; sha256: string } | null;
}

export interface Project {
  title: string;
}

export interface WorldEnvironment {
  id: string;
  region: string;
  /** The gate's Ed25519 public key (base64url, raw 32 bytes); null: pinned in `state/pins.json`. */
  gateKey: string | null;
}

export interface EnvironmentConfig {
  id: string;
  title: string;
  region: string;
  providers: Record<string, ProviderConfig>;
  prices: Prices;
}

export interface ProviderConfig {
  kind: string;
  /** Jobs at a time. */
  slots: number;
  memoryBytes: number;
  cpus: number;
}

/** Integers of micro-units of the world's currency. */
export interface Prices {
  cpuHour: number;
}

/** Pins written by `cloister world init` where a file says `pinned` or names no key. */
export type Pins = Record<string, string>;
