/** What the custodian and the engineer wrote, read anew when a file changed: a change holds at once. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { DatasetDefinition } from '../contracts/dataset.js';
import { SANDBOX_KINDS, type Policy, type SandboxKind } from '../contracts/policy.js';
import type { EnvironmentConfig, Pins } from '../contracts/world.js';
import { digestOf } from '../contracts/schemas/canonical.js';
import { readEnvironment } from '../contracts/schemas/environment.js';
import type { GateLayout } from './config.js';
import { log } from './log.js';
import { Refusal } from './refusal.js';

export interface Custody {
  config: EnvironmentConfig;
  datasets: DatasetDefinition[];
  policy: Policy;
  policyDigest: string;
  /** Environment -> public key, for `believes: pinned`. */
  pins: Pins;
  /** The sandbox that the worker got; null: it has not said yet. */
  sandbox: SandboxKind | null;
}

const pinsSchema = z.record(z.string(), z.string());
const sandboxSchema = z.looseObject({ kind: z.enum(SANDBOX_KINDS) });

/** @throws what reading throws: a gate does not start on files that it cannot read. */
export function readCustody(layout: GateLayout): Custody {
  const { config, datasets, policy } = readEnvironment(layout.folder);
  refuseWalledUnderOpen(policy, datasets);
  const pins = pinsSchema.parse(readJson(layout.pins) ?? {});
  const sandbox = sandboxSchema.safeParse(readJson(layout.sandbox));
  return {
    config,
    datasets,
    policy,
    policyDigest: digestOf(policy),
    pins,
    sandbox: sandbox.success ? sandbox.data.kind : null,
  };
}

/** A dataset marked walled does not start under an open policy. */
function refuseWalledUnderOpen(policy: Policy, datasets: DatasetDefinition[]): void {
  const walled = datasets.find(({ wall }) => wall === 'walled');
  if (policy.wall === 'open' && walled) {
    throw new Error(
      `datasets.yaml: ${walled.id} is marked walled, but policy.yaml says wall: open`,
    );
  }
}

/**
 * @returns a reader that costs a few calls of stat while nothing changes.
 * @throws (the reader) Refusal `policy-invalid` when a file became unreadable: nothing runs, nothing leaves.
 */
export function createCustody(layout: GateLayout): () => Custody {
  const files = [
    ...['environment.yaml', 'datasets.yaml', 'policy.yaml'].map((name) =>
      join(layout.folder, name),
    ),
    layout.pins,
    layout.sandbox,
  ];
  let seen = '';
  let custody: Custody | undefined;
  return () => {
    const stamp = files.map(stampOf).join('\n');
    if (custody && stamp === seen) return custody;
    try {
      custody = readCustody(layout);
      seen = stamp;
      return custody;
    } catch (error) {
      custody = undefined;
      log.error({ error: String(error) }, 'the files of the environment cannot be read');
      throw new Refusal('policy-invalid');
    }
  };
}

function stampOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat ? `${stat.ino} ${stat.size} ${stat.ctimeMs}` : 'none';
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
