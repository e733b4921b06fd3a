/** `cloister world add`: one's own genotypes and table of people become a dataset in an environment of its own. */
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { ID_PATTERN } from '../../contracts/names.js';
import { readEnvironment, readWorld } from '../../contracts/schemas/environment.js';
import type { World } from '../../contracts/world.js';
import { CliError, EXIT } from '../failure.js';
import { formatTable } from '../output/table.js';
import { addBelief, addEnvironmentToHub } from './edit-yaml.js';
import {
  datasetsYaml,
  environmentYaml,
  policyYaml,
  type NewEnvironment,
} from './environment-files.js';
import { localEnvironments } from './keys.js';
import { environmentFolder, hubLayout, type HubLayout } from './layout.js';
import { readColumns, type Column } from './people-table.js';

export interface AddOptions {
  plink: string;
  people: string;
  world: string;
  environment?: string;
  region: string;
  wall?: 'walled' | 'open';
  project?: string;
  build?: string;
  reason?: string;
  yes?: boolean;
}

/** @throws CliError in the words of the option that is wrong; nothing is written then */
export async function addDataset(dataset: string, options: AddOptions): Promise<void> {
  const layout = hubLayout(options.world);
  const world = readWorld(layout.world);
  const id = options.environment ?? dataset;
  const folder = environmentFolder(layout.world, id);
  checkOptions({ dataset, id, folder }, options);
  const columns = readColumns(resolve(options.people));
  const combining = combiningEnvironments(layout, world);
  const environment: NewEnvironment = {
    id,
    region: options.region,
    wall: options.wall ?? 'walled',
    dataset,
    build: buildOf(options, world),
    project: projectOf(options, world),
    reason: '',
    approximatePeople: approximatePeople(`${options.plink}.fam`),
    believes: options.wall === 'open' ? [...combining, id] : combining,
    columns,
  };
  const reason = await confirm(columns, options);
  write(folder, { ...environment, reason }, options);
  addEnvironmentToHub(join(layout.world, 'hub.yaml'), id, options.region);
  console.log(`wrote ${folder}: environment.yaml, datasets.yaml, policy.yaml`);
  believe(layout, combining, id);
  console.log(`read them once, then: cloister up ${options.world}`);
}

function checkOptions(
  { dataset, id, folder }: { dataset: string; id: string; folder: string },
  { plink, people }: AddOptions,
): void {
  for (const name of [dataset, id]) {
    if (!ID_PATTERN.test(name)) {
      throw new CliError(
        `${name}: use lower-case letters, digits and hyphens, a letter first, at most 40.`,
        EXIT.usage,
      );
    }
  }
  if (existsSync(join(folder, 'environment.yaml'))) {
    throw new CliError(
      `${folder} is there already. Add the dataset to its datasets.yaml by hand, or name another --environment.`,
      EXIT.usage,
    );
  }
  const files = [`${plink}.bed`, `${plink}.bim`, `${plink}.fam`, people];
  const missing = files.filter((path) => !existsSync(path));
  if (missing.length > 0) throw new CliError(`not found: ${missing.join(', ')}`, EXIT.usage);
}

function buildOf({ build }: AddOptions, { reference }: World): string {
  const chosen = build ?? reference?.build;
  if (chosen !== undefined) return chosen;
  throw new CliError('--build: name the genome build, such as GRCh38.', EXIT.usage);
}

function projectOf({ project }: AddOptions, { projects }: World): string {
  const known = Object.keys(projects);
  const chosen = project ?? known[0];
  if (chosen !== undefined && known.includes(chosen)) return chosen;
  throw new CliError(`--project: hub.yaml has these: ${known.join(', ')}.`, EXIT.usage);
}

/** Rounded down to tens: the number is published. */
function approximatePeople(fam: string): number {
  const lines = readFileSync(fam, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');
  return Math.floor(lines.length / 10) * 10;
}

function combiningEnvironments(layout: HubLayout, world: World): string[] {
  return localEnvironments(layout, world).filter((id) => {
    const { policy } = readEnvironment(environmentFolder(layout.world, id));
    return policy.wall === 'open' && policy.combines;
  });
}

/** Shows what was proposed and asks for the written reason. @returns the reason */
async function confirm(columns: Column[], { yes, reason }: AddOptions): Promise<string> {
  const rows = columns.map(({ name, use, type, why }) => [name, use, type ?? '', why]);
  console.log(formatTable(['column', 'use', 'type', 'because'], rows));
  if (yes === true && reason !== undefined) return reason;
  if (!process.stdin.isTTY) {
    throw new CliError('say --yes and --reason "...", or start this at a terminal.', EXIT.usage);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = yes
      ? 'y'
      : await terminal.question('Is this right? You can edit it later. [Y/n] ');
    if (/^n/i.test(answer)) throw new CliError('nothing was written.');
    const question =
      'Statistics will leave without a review by a person (summaryStatistics: open).\nWhy is that right for these data? ';
    return reason ?? (await terminal.question(question));
  } finally {
    terminal.close();
  }
}

function write(folder: string, environment: NewEnvironment, options: AddOptions): void {
  if (environment.reason.trim().length < 5) {
    throw new CliError('--reason: write why, in at least five characters.', EXIT.usage);
  }
  const data = join(folder, 'data', environment.dataset);
  mkdirSync(data, { recursive: true });
  for (const part of ['bed', 'bim', 'fam']) {
    link(`${options.plink}.${part}`, join(data, `geno.${part}`));
  }
  link(options.people, join(data, 'people.tsv'));
  writeFileSync(join(folder, 'environment.yaml'), environmentYaml(environment));
  writeFileSync(join(folder, 'datasets.yaml'), datasetsYaml(environment));
  writeFileSync(join(folder, 'policy.yaml'), policyYaml(environment));
  readEnvironment(folder);
}

/** The data stay where they are; the environment's folder points to them. */
function link(from: string, to: string): void {
  if (!existsSync(to)) symlinkSync(resolve(from), to);
}

/** What combines has to believe the new gate: a change of those custodians' policies, so it is said. */
function believe(layout: HubLayout, combining: string[], id: string): void {
  for (const other of combining) {
    const path = join(environmentFolder(layout.world, other), 'policy.yaml');
    if (addBelief(path, id)) console.log(`${other}: its policy.yaml believes ${id} now`);
  }
  if (combining.length > 0) return;
  console.log(
    'no open environment of this world combines conclusions yet: runs that combine need one (--wall open makes one).',
  );
}
