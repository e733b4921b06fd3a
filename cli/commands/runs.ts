import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { ENDED_STATES, type RunRequest, type RunView } from '../../contracts/run.js';
import { connect, withHub, type Hub, type HubOptions } from '../hub.js';
import { CliError, EXIT } from '../failure.js';
import { onInterrupt } from '../interrupt.js';
import { formatPlacements } from '../output/placement.js';
import { createProgress } from '../output/progress.js';
import { saveResults } from '../output/results.js';
import { formatRun } from '../output/run.js';
import { formatTable } from '../output/table.js';
import { followRun } from '../follow.js';
import { parseParameters } from './parameters.js';

interface WatchOptions extends HubOptions {
  out?: string;
}

interface RequestOptions extends WatchOptions {
  project: string;
  dataset: string[];
  param: string[];
  batch?: string;
  key?: string;
  detach?: boolean;
}

const OUT = ['--out <folder>', 'write the files of the result there'] as const;

export function registerRuns(program: Command): void {
  registerRun(program);
  registerPlace(program);
  withHub(program.command('watch <run>').description('follow a run until it ends'))
    .option(...OUT)
    .addHelpText('after', '\nExample:\n  cloister watch r... --world worlds/demo --out results')
    .action(async (id: string, options: WatchOptions) => watch(connect(options), id, options));
  withHub(program.command('runs').description('the latest runs'))
    .option('--project <id>', 'of this project only')
    .option('--state <state>', 'in this state only')
    .option('--limit <n>', 'how many', '20')
    .addHelpText('after', '\nExample:\n  cloister runs --world worlds/demo --state needs-attention')
    .action(listRuns);
  withHub(program.command('show <run>').description('one run: steps, books, conclusions'))
    .addHelpText('after', '\nExample:\n  cloister show r... --world worlds/demo --json')
    .action(async (id: string, options: HubOptions) => {
      const run = await connect(options).client.getRun(id);
      print(run, options, formatRun);
    });
}

function withRequest(command: Command): Command {
  return withHub(command)
    .requiredOption('--project <id>', 'the project that it is for')
    .requiredOption('--dataset <id...>', 'one or more datasets')
    .option('--param <name=value...>', 'parameters; lists with commas', [])
    .option('--batch <n>', 'shards in one job: a number or auto');
}

function registerRun(program: Command): void {
  withRequest(program.command('run <analysis>').description('start a run and follow it'))
    .option('--key <text>', 'idempotency key: the same key starts no second run')
    .option('--detach', 'print the id and return')
    .option(...OUT)
    .addHelpText(
      'after',
      `
Example:
  cloister run association --world worlds/demo --project drug-discovery \\
    --dataset finland britain --param phenotype=ARSA covariates=SEX,PC1,PC2,PC3 leadThreshold=1e-3`,
    )
    .action(async (analysis: string, options: RequestOptions) => {
      const hub = connect(options);
      const request = await requestOf(hub, analysis, options);
      const run = await hub.client.submitRun(request, {
        idempotencyKey: options.key ?? randomUUID(),
      });
      if (options.detach !== true) return watch(hub, run.id, options);
      print(run, options, ({ id }) => id);
    });
}

function registerPlace(program: Command): void {
  withRequest(
    program.command('place <analysis>').description('where a run would go and why; starts nothing'),
  )
    .addHelpText(
      'after',
      `
Example:
  cloister place association --world worlds/demo --project drug-discovery \\
    --dataset finland utah --param phenotype=ARSA`,
    )
    .action(async (analysis: string, options: RequestOptions) => {
      const hub = connect(options);
      const decision = await hub.client.previewPlacement(await requestOf(hub, analysis, options));
      print(decision, options, ({ placements }) => formatPlacements(placements));
    });
}

async function requestOf(
  { client }: Hub,
  analysis: string,
  { project, dataset, param, batch }: RequestOptions,
): Promise<RunRequest> {
  const { parameterSchema } = await client.getAnalysis(analysis);
  const request = { project, analysis, datasets: dataset };
  const parameters = parseParameters(param, parameterSchema);
  if (batch === undefined) return { ...request, parameters };
  return { ...request, parameters, limits: { batch: batchOf(batch) } };
}

function batchOf(text: string): 'auto' | number {
  if (text === 'auto') return text;
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new CliError('--batch: write a number of shards, or auto.', EXIT.usage);
}

async function watch(hub: Hub, id: string, options: WatchOptions): Promise<void> {
  const interrupt = onInterrupt();
  const progress = createProgress();
  const run = await followRun(hub.client, id, {
    signal: interrupt.signal,
    onChange: (view) => progress.show(view),
  });
  progress.end();
  print(run, options, formatRun);
  if (run.state === 'done' && options.out !== undefined) await save(hub, run, options.out);
  if (!ENDED_STATES.includes(run.state))
    console.error(`\nit goes on; cloister watch ${id} follows it again`);
  process.exitCode = run.state === 'done' ? EXIT.ok : EXIT.runNotDone;
}

async function save({ client }: Hub, run: RunView, folder: string): Promise<void> {
  for (const { path } of await saveResults(client, run, folder)) console.error(path);
}

async function listRuns(
  options: HubOptions & { project?: string; state?: string; limit: string },
): Promise<void> {
  const { project, state, limit } = options;
  const filter = {
    limit: Number(limit),
    ...(project === undefined ? {} : { project }),
    ...(state === undefined ? {} : { state }),
  };
  const page = await connect(options).client.listRuns(filter);
  print(page, options, ({ runs }) => formatRuns(runs));
}

export function formatRuns(runs: readonly RunView[]): string {
  if (runs.length === 0) return 'no runs yet';
  const rows = runs.map(({ id, state, request, requester, acceptedAt }) => [
    id,
    state,
    request.analysis,
    request.datasets.join(', '),
    requester,
    acceptedAt,
  ]);
  return formatTable(['run', 'state', 'analysis', 'datasets', 'asked by', 'at'], rows);
}

function print<T>(value: T, { json }: HubOptions, inWords: (value: T) => string): void {
  console.log(json === true ? JSON.stringify(value, null, 1) : inWords(value));
}
