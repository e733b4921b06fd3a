/** `cloister world init`: keys, pins, tokens and the custodians' approvals. Does nothing twice. */
import { readFileSync } from 'node:fs';

import { join } from 'node:path';
import type { World } from '../../contracts/world.js';
import { sha256 } from '../../contracts/schemas/canonical.js';
import { readEnvironment, readWorld } from '../../contracts/schemas/environment.js';
import { CliError } from '../failure.js';
import { userName } from '../user.js';
import { askApprovals, loadAnalyses } from './approvals.js';
import { localEnvironments, writeKeys } from './keys.js';
import { environmentFolder, hubLayout, type HubLayout } from './layout.js';

export interface InitResult {
  world: World;
  layout: HubLayout;
  /** Environments whose folder lies in this world. */
  environments: string[];
  /** `finland: association@1.0.0` for each approval given now. */
  approved: string[];
}

export interface InitOptions {
  /** Answers for the custodians. */
  isYes: boolean;
  /** Folder of the analyses that they are asked about; default: those that come with the program. */
  analyses?: string;
}

/**
 * @throws ConfigError naming file, line and field; CliError
 */
export async function initWorld(folder: string, options: InitOptions): Promise<InitResult> {
  const layout = hubLayout(folder);
  const world = readWorld(layout.world);
  checkReference(layout, world);
  const environments = localEnvironments(layout, world);
  for (const id of environments) checkEnvironment(layout, world, id);
  await writeKeys(layout, world);
  const by = options.isYes ? `${userName()} (--yes)` : userName();
  const requests = environments.flatMap((environment) =>
    loadAnalyses(options.analyses).map((analysis) => ({
      environmentFolder: environmentFolder(layout.world, environment),
      environment,
      analysis,
      by,
    })),
  );
  const approved = await askApprovals(requests, options.isYes);
  return {
    world,
    layout,
    environments,
    approved: approved.map(
      ({ environment, analysis: { manifest } }) =>
        `${environment}: ${manifest.name}@${manifest.version}`,
    ),
  };
}

function checkReference(layout: HubLayout, { reference }: World): void {
  if (reference === null) return;
  const path = join(layout.world, reference.file);
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch {
    throw new CliError(`hub.yaml: reference.file: ${path} cannot be read.`);
  }
  const actual = sha256(bytes);
  if (actual === reference.sha256) return;
  throw new CliError(
    `hub.yaml: reference.sha256: ${reference.file} has ${actual}. Bring the right file, or correct the digest.`,
  );
}

function checkEnvironment(layout: HubLayout, world: World, id: string): void {
  const { config } = readEnvironment(environmentFolder(layout.world, id));
  const region = world.environments.find((entry) => entry.id === id)?.region;
  if (config.id !== id || config.region !== region) {
    throw new CliError(
      `environments/${id}/environment.yaml says ${config.region}.${config.id}, hub.yaml says ${region ?? '?'}.${id}. They have to agree.`,
    );
  }
}
