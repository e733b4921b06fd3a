/** A control worker and scripted environments on one dev server; each test gets queues and a run of its own. */
import { fileURLToPath } from 'node:url';
import { WorkflowUpdateFailedError, type WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import {
  DefaultLogger,
  Worker,
  bundleWorkflowCode,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import type { PlannedStep } from '../../contracts/activities.js';
import { runWorkflowId } from '../../contracts/ids.js';
import { RUN_ANALYSIS, type RunAnalysisResult } from '../../contracts/messages.js';
import type { Placement } from '../../contracts/placement.js';
import type { runAnalysis } from '../../workflows/index.js';
import { MemoryHub, type MemoryHubOptions } from './memory-hub.js';
import { ScriptedEnvironment, type Script } from './scripted-environment.js';

export const WORKFLOWS_PATH = fileURLToPath(new URL('../../workflows/index.ts', import.meta.url));

export async function bundleWorkflows(): Promise<WorkflowBundleWithSourceMap> {
  return bundleWorkflowCode({
    workflowsPath: WORKFLOWS_PATH,
    logger: new DefaultLogger('ERROR'),
    // `.js` specifiers name files that are `.ts` here.
    webpackConfigHook: (config) => ({
      ...config,
      resolve: { ...config.resolve, extensionAlias: { '.js': ['.ts', '.js'] } },
    }),
  });
}

export interface StageOptions extends Partial<MemoryHubOptions> {
  steps: PlannedStep[];
  /** environment -> script. */
  scripts?: Record<string, Script>;
  /** The environment of a dataset (or `anywhere`); without it each has one of its own name. */
  home?: (dataset: string) => string;
  slots?: number;
}

export interface Stage {
  run: string;
  hub: MemoryHub;
  environment(id: string): ScriptedEnvironment;
  handle: WorkflowHandle<typeof runAnalysis>;
  result(): Promise<RunAnalysisResult>;
}

let lastStage = 0;

function placementOf(dataset: string, environment: string, options: StageOptions): Placement {
  return {
    dataset,
    environment,
    region: 'eu',
    taskQueue: `eu.${environment}-${lastStage}`,
    provider: 'local',
    slots: options.slots ?? 2,
    reasons: ['home'],
    rejected: [],
  };
}

export interface Staging {
  server: TestWorkflowEnvironment;
  bundle: WorkflowBundleWithSourceMap;
}

/** Run ids that differ and have the right form: `r` and 24 characters. */
function nextRun(): string {
  lastStage += 1;
  const letters = lastStage.toString(2).padStart(24, '0');
  return `r${letters.replace(/0/g, 'a').replace(/1/g, 'b')}`;
}

function createStage(server: TestWorkflowEnvironment, options: StageOptions) {
  const run = nextRun();
  const datasets = options.datasets ?? ['finland'];
  const home = options.home ?? ((dataset: string) => dataset);
  const placements = [...datasets, 'anywhere'].map((dataset) =>
    placementOf(dataset, home(dataset), options),
  );
  const hub = new MemoryHub({ ...options, datasets, placements });
  const environments = new Map(
    placements.map(({ environment }) => [
      environment,
      new ScriptedEnvironment(options.scripts?.[environment]),
    ]),
  );
  const taskQueue = `control-${lastStage}`;
  const handle = server.client.workflow.getHandle<typeof runAnalysis>(runWorkflowId(run));
  return { run, datasets, hub, environments, placements, taskQueue, handle };
}

async function createWorkers(
  { server, bundle }: Staging,
  { hub, environments, taskQueue }: ReturnType<typeof createStage>,
): Promise<Worker[]> {
  const connection = server.nativeConnection;
  const control = { connection, taskQueue, identity: 'control', workflowBundle: bundle };
  return Promise.all([
    Worker.create({ ...control, activities: { ...hub.activities() } }),
    ...[...environments].map(([identity, environment]) =>
      Worker.create({
        connection,
        taskQueue: `eu.${identity}-${lastStage}`,
        identity,
        activities: { ...environment.activities() },
      }),
    ),
  ]);
}

/** Starts workers and a run, gives them to `act`, and stops the workers. Books have balanced throughout. */
export async function withRun(
  staging: Staging,
  options: StageOptions,
  act: (stage: Stage) => Promise<void>,
): Promise<void> {
  const created = createStage(staging.server, options);
  const { run, datasets, hub, environments, taskQueue, handle } = created;
  const workers = await createWorkers(staging, created);
  const running = Promise.all(workers.map((worker) => worker.run()));
  try {
    const request = { project: 'heart', analysis: 'association', parameters: {}, datasets };
    await staging.server.client.workflow.start<typeof runAnalysis>(RUN_ANALYSIS, {
      workflowId: runWorkflowId(run),
      taskQueue,
      args: [{ run, requester: 'ada', request }],
    });
    const environment = (id: string): ScriptedEnvironment => {
      const found = environments.get(id);
      if (!found) throw new Error(`no environment ${id}`);
      return found;
    };
    await act({ run, hub, environment, handle, result: () => handle.result() });
    if (hub.faults.length > 0) throw new Error(hub.faults.join('; '));
  } finally {
    for (const environment of environments.values()) environment.letGo();
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
    await running;
  }
}

/** The code with which an Update was refused; undefined when it was not. */
export async function codeOfRefusal(update: Promise<unknown>): Promise<string | undefined> {
  try {
    await update;
    return undefined;
  } catch (error) {
    const cause = error instanceof WorkflowUpdateFailedError ? error.cause : error;
    return cause instanceof ApplicationFailure ? (cause.type ?? undefined) : String(error);
  }
}

/** Waits until something is so; fails by the test's own time-out, not by a clock of its own. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 50));
}
