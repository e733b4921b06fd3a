/** Runs asked for over the API, and what tests look at afterwards. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunEvent, RunRequest, RunView } from '../../contracts/run.js';
import { booksBalance } from '../../contracts/shards.js';
import { environmentFolder } from '../../cli/world/layout.js';
import { waitFor } from '../../cli/supervise/wait.js';
import type { TestWorld } from './world.js';

let asked = 0;

/** ARSA in Finland and Utah, by windows of 4 blocks, as far as nothing else is said. */
export function question(
  parameters: Record<string, unknown> = {},
  rest: Partial<RunRequest> = {},
): RunRequest {
  return {
    project: 'drug-discovery',
    analysis: 'association',
    datasets: ['finland', 'utah'],
    parameters: {
      phenotype: 'ARSA',
      covariates: ['SEX', 'PC1', 'PC2', 'PC3'],
      leadThreshold: 1e-3,
      leadDistance: 500_000,
      windowBlocks: 4,
      ...parameters,
    },
    ...rest,
  };
}

export async function ask({ client }: TestWorld, request: RunRequest): Promise<string> {
  asked += 1;
  const key = `test-${process.pid}-${Date.now()}-${asked}`;
  return (await client.submitRun(request, { idempotencyKey: key })).id;
}

/** Waits until the run is in one of the states. */
export async function settle(
  { client }: TestWorld,
  id: string,
  states: readonly RunView['state'][] = ['done', 'refused', 'failed', 'cancelled'],
): Promise<RunView> {
  const seen: RunView[] = [];
  const isThere = async (): Promise<boolean> => {
    try {
      const run = await client.getRun(id);
      seen.splice(0, 1, run);
      return states.includes(run.state);
    } catch {
      return false; // The API may be one of the processes that were killed.
    }
  };
  await waitFor(`${id} to be ${states.join(' or ')}`, isThere, { seconds: 240 });
  const [run] = seen;
  if (run === undefined) throw new Error(`nothing was seen of ${id}`);
  return run;
}

/** All events of a run that has ended. */
export async function eventsOf({ client }: TestWorld, id: string): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of client.watchRun(id)) events.push(event);
  return events;
}

export function allBooksBalance(run: RunView): boolean {
  return run.steps.every(({ books }) => booksBalance(books));
}

/** name@dataset -> sha256 of each conclusion's bytes. */
export function digestsOf(run: RunView): Record<string, string> {
  return Object.fromEntries(
    run.conclusions
      .map(({ step, name, dataset, sha256 }) => [`${step}/${name}@${dataset}`, sha256] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

export interface Execution {
  key: string;
  step: string;
  dataset: string;
  shard: number;
  run: string;
}

/** The runtime's own log: a line, fsynced, before each op starts. */
export function executionsOf(world: string, environment: string): Execution[] {
  const file = join(environmentFolder(world, environment), 'state/worker/executions.log');
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Execution);
}

/** Result keys that were committed: those in a manifest that counts. */
export function keysOf(executions: readonly Execution[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { key } of executions) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

/** Every file below a folder. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
