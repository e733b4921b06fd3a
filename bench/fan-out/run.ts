/**
 * Shards per second of a fan-out of no-op shards, beside a bare Temporal workflow on the same server and workers:
 * `npx tsx bench/fan-out/run.ts [shards]`. Prints a table, and each rate as a share of the bare one.
 */
import { fileURLToPath } from 'node:url';
import { DefaultLogger, Worker, bundleWorkflowCode } from '@temporalio/worker';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { EMPTY_BOOKS } from '../../contracts/shards.js';
import { RUN_FAN_OUT } from '../../contracts/messages.js';
import { fanOutWorkflowId } from '../../contracts/ids.js';
import { startTemporal } from '../../test/support/temporal.js';
import { MemoryHub } from '../../test/workflows/memory-hub.js';
import { ScriptedEnvironment } from '../../test/workflows/scripted-environment.js';
import { cutOf } from '../../workflows/batches.js';
import type { runFanOut } from '../../workflows/index.js';
import type { bare } from './bare.js';

const SHARDS = Number(process.argv[2] ?? 10_000);
/** Of both: 4 pages with 50 Activities each in flight saturate two cores. */
const SLOTS = 100;
const QUEUE = 'eu.bench';

interface Row {
  what: string;
  seconds: number;
  jobs: number;
}

async function bundle(path: string) {
  return bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL(path, import.meta.url)),
    logger: new DefaultLogger('ERROR'),
    webpackConfigHook: (config) => ({
      ...config,
      resolve: { ...config.resolve, extensionAlias: { '.js': ['.ts', '.js'] } },
    }),
  });
}

async function timed(what: string, jobs: number, work: () => Promise<unknown>): Promise<Row> {
  const start = process.hrtime.bigint();
  await work();
  return { what, jobs, seconds: Number(process.hrtime.bigint() - start) / 1e9 };
}

async function ours(
  { client }: TestWorkflowEnvironment,
  batch: number | 'auto',
  name: string,
): Promise<Row> {
  const cut = cutOf(SHARDS, batch === 'auto' ? 4 : SLOTS, { batch, pageShards: 500 });
  const ref = { run: `r${name.padEnd(24, 'a')}`, step: 'scan', dataset: 'bench' };
  const target = {
    environment: 'bench',
    taskQueue: QUEUE,
    provider: 'noop',
    conclusions: [],
    waived: {},
  };
  const selection = { kind: 'all' as const, ranges: '', code: null };
  const input = { ...ref, shards: SHARDS, selection, target, try: 0, cut, opFailures: 0 };
  return timed(
    `fan-out, batch ${batch} (${cut.batch})`,
    Math.ceil(SHARDS / cut.batch),
    async () => {
      const { books } = await client.workflow.execute<typeof runFanOut>(RUN_FAN_OUT, {
        workflowId: fanOutWorkflowId(ref),
        taskQueue: 'control',
        args: [{ ...input, pagesPerExecution: 500, pages: null }],
      });
      const expected = { ...EMPTY_BOOKS, planned: SHARDS, done: SHARDS };
      if (JSON.stringify(books) !== JSON.stringify(expected)) throw new Error('books are short');
    },
  );
}

async function bareRow({ client }: TestWorkflowEnvironment): Promise<Row> {
  return timed('bare Temporal, an activity a shard', SHARDS, () =>
    client.workflow.execute<typeof bare>('bare', {
      workflowId: 'bare',
      taskQueue: 'bare',
      args: [{ taskQueue: QUEUE, activities: SHARDS, page: 250, window: 50, pages: 4 }],
    }),
  );
}

function print(rows: Row[]): void {
  const base = rows.find(({ what }) => what.startsWith('bare'));
  const cells = rows.map(({ what, jobs, seconds }) => ({
    what,
    jobs,
    seconds: seconds.toFixed(1),
    'shards/s': (SHARDS / seconds).toFixed(0),
    'times bare': ((base?.seconds ?? seconds) / seconds).toFixed(2),
  }));
  console.table(cells);
}

const server = await startTemporal();
const { nativeConnection: connection } = server;
const hub = new MemoryHub({ steps: [], datasets: [], placements: [] });
const autoscaling = { type: 'autoscaling' as const };
const pollers = {
  workflowTaskPollerBehavior: autoscaling,
  activityTaskPollerBehavior: autoscaling,
};
const common = { connection, ...pollers };
const workers = await Promise.all([
  Worker.create({
    ...common,
    taskQueue: 'control',
    workflowBundle: await bundle('../../workflows/index.ts'),
    activities: { ...hub.activities() },
  }),
  Worker.create({ ...common, taskQueue: 'bare', workflowBundle: await bundle('./bare.ts') }),
  Worker.create({
    ...common,
    taskQueue: QUEUE,
    activities: { ...new ScriptedEnvironment().activities(), noop: async (item: number) => item },
  }),
]);
const running = workers.map((worker) => worker.run());
try {
  print([await bareRow(server), await ours(server, 1, 'one'), await ours(server, 'auto', 'auto')]);
} finally {
  for (const worker of workers) worker.shutdown();
  await Promise.all(running);
  await server.teardown();
}
