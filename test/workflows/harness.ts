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
import type { HubActivities, PageRow, PlannedStep } from '../../contracts/activities.js';
import { fanOutWorkflowId, runWorkflowId } from '../../contracts/ids.js';
import { RUN_ANALYSIS, RUN_FAN_OUT, type RunAnalysisResult } from '../../contracts/messages.js';
import type { Placement } from '../../contracts/placement.js';
import type { runAnalysis, runFanOut } from '../../workflows/index.js';
import type { RunFanOutInput } from '../../workflows/run-fan-out.js';
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
  /** Puts other Activities in the place of the hub in memory. */
  hubActivities?: (memory: HubActivities) => HubActivities;
}

export interface Stage {
  run: string;
  hub: MemoryHub;
  environment(id: string): ScriptedEnvironment;
  handle: WorkflowHandle<typeof runAnalysis>;
  /** Stops the control worker and starts another, which has to replay. */
  restartControl(): Promise<void>;
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
  const hubActivities = options.hubActivities?.(hub.activities()) ?? hub.activities();
  return { run, datasets, hub, hubActivities, environments, placements, taskQueue, handle };
}

type Created = ReturnType<typeof createStage>;

function createControl(
  { server, bundle }: Staging,
  { hubActivities, taskQueue }: Created,
): Promise<Worker> {
  return Worker.create({
    connection: server.nativeConnection,
    taskQueue,
    identity: 'control',
    workflowBundle: bundle,
    activities: { ...hubActivities },
  });
}

function createWorkers({ server }: Staging, { environments }: Created): Promise<Worker>[] {
  return [...environments].map(([identity, environment]) =>
    Worker.create({
      connection: server.nativeConnection,
      taskQueue: `eu.${identity}-${lastStage}`,
      identity,
      activities: { ...environment.activities() },
    }),
  );
}

/**
 * Starts workers, gives the stage to `act`, and stops them. Books have balanced throughout, and every message to an
 * environment was of the wire contract.
 */
async function withWorkers(
  staging: Staging,
  created: Created,
  act: (restartControl: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const workers = await Promise.all(createWorkers(staging, created));
  let control = await createControl(staging, created);
  const running = workers.map((worker) => worker.run());
  let controlling = control.run();
  const stop = async (): Promise<void> => {
    if (control.getState() === 'RUNNING') control.shutdown();
    await controlling;
  };
  const restart = async (): Promise<void> => {
    await stop();
    control = await createControl(staging, created);
    controlling = control.run();
  };
  try {
    await act(restart);
    const faults = [created.hub, ...created.environments.values()].flatMap((one) => one.faults);
    if (faults.length > 0) throw new Error(faults.join('; '));
  } finally {
    for (const environment of created.environments.values()) environment.letGo();
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
    await Promise.all([...running, stop()]);
  }
}

export async function withRun(
  staging: Staging,
  options: StageOptions,
  act: (stage: Stage) => Promise<void>,
): Promise<void> {
  const created = createStage(staging.server, options);
  const { run, datasets, hub, taskQueue, handle } = created;
  await withWorkers(staging, created, async (restartControl) => {
    const request = { project: 'heart', analysis: 'association', parameters: {}, datasets };
    await staging.server.client.workflow.start<typeof runAnalysis>(RUN_ANALYSIS, {
      workflowId: runWorkflowId(run),
      taskQueue,
      args: [{ run, requester: 'ada', request }],
    });
    const environment = (id: string): ScriptedEnvironment => environmentOf(created, id);
    await act({ run, hub, environment, handle, restartControl, result: () => handle.result() });
  });
}

function environmentOf({ environments }: Created, id: string): ScriptedEnvironment {
  const found = environments.get(id);
  if (!found) throw new Error(`no environment ${id}`);
  return found;
}

export interface FanOutStage {
  input: RunFanOutInput;
  hub: MemoryHub;
  environment: ScriptedEnvironment;
  handle: WorkflowHandle<typeof runFanOut>;
  /** Starts the fan-out once more under its id, as a retry does. */
  again(input: Partial<RunFanOutInput>): Promise<WorkflowHandle<typeof runFanOut>>;
}

/** A fan-out by itself: the step `scan` over one dataset, in pages of ten and batches of five unless told. */
export async function withFanOut(
  staging: Staging,
  options: Partial<RunFanOutInput> & { script?: Script; onRecordPage?: (row: PageRow) => void },
  act: (stage: FanOutStage) => Promise<void>,
): Promise<void> {
  const { script, onRecordPage, ...rest } = options;
  const scripts = script ? { finland: script } : {};
  const created = createStage(staging.server, {
    steps: [],
    scripts,
    ...(onRecordPage ? { onRecordPage } : {}),
  });
  const { run, hub, taskQueue } = created;
  const environment = environmentOf(created, 'finland');
  const input: RunFanOutInput = {
    run,
    step: 'scan',
    dataset: 'finland',
    shards: 30,
    selection: { kind: 'all', ranges: '', code: null },
    target: {
      environment: 'finland',
      taskQueue: `eu.finland-${lastStage}`,
      provider: 'local',
      conclusions: [],
      waived: {},
    },
    try: 0,
    cut: { batch: 5, pageShards: 10, pages: 2, window: 2 },
    opFailures: 0,
    pagesPerExecution: 500,
    pages: null,
    ...rest,
  };
  const again: FanOutStage['again'] = (changed) =>
    staging.server.client.workflow.start<typeof runFanOut>(RUN_FAN_OUT, {
      workflowId: fanOutWorkflowId(input),
      taskQueue,
      args: [{ ...input, ...changed }],
    });
  await withWorkers(staging, created, async () => {
    await act({ input, hub, environment, again, handle: await again({}) });
  });
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
