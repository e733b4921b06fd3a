/**
 * Records the golden histories: `TEMPORAL_CLI=... npx tsx test/histories/record.ts`. Do it when the shape of a
 * Workflow changes on purpose; keep the old ones for as long as runs that began with them may be alive.
 */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { temporal } from '@temporalio/proto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { format } from 'prettier';
import { fanOutWorkflowId, pageWorkflowId } from '../../contracts/ids.js';
import { cancelUpdate, retryUpdate, waiveUpdate } from '../../contracts/messages.js';
import { startTemporal } from '../support/temporal.js';
import { ASSOCIATION, SCAN_AND_ROWS } from '../workflows/association.js';
import { bundleWorkflows, until, withFanOut, withRun, type Staging } from '../workflows/harness.js';
import { booked, refused, type Script } from '../workflows/scripted-environment.js';

const SCAN = { step: 'scan', dataset: 'finland' };

class Recording {
  readonly staging: Staging;
  readonly #server: TestWorkflowEnvironment;

  constructor(staging: Staging) {
    this.staging = staging;
    this.#server = staging.server;
  }

  async save(name: string, workflowId: string, runId?: string): Promise<void> {
    const handle = this.#server.client.workflow.getHandle(workflowId, runId);
    const history = await handle.fetchHistory();
    const file = fileURLToPath(new URL(`./${name}.json`, import.meta.url));
    const text = JSON.stringify({ workflowId, history: withoutTraces(history) });
    await writeFile(file, await format(text, { parser: 'json', printWidth: 100 }));
  }

  async saveAll(name: string, run: string): Promise<void> {
    await this.save(`${name}.run`, `run/${run}`);
    await this.save(`${name}.fan-out`, fanOutWorkflowId({ run, ...SCAN }));
    await this.save(`${name}.page`, pageWorkflowId({ run, ...SCAN, page: 0 }));
  }
}

/** Stack traces name files of the machine that recorded, and no Workflow reads them. */
function withoutTraces(history: temporal.api.history.v1.IHistory): unknown {
  return JSON.parse(historyToJSON(history), (key, value: unknown) =>
    key === 'stackTrace' ? '' : value,
  );
}

async function plain(recording: Recording): Promise<void> {
  const options = { steps: ASSOCIATION, datasets: ['finland', 'britain'] };
  await withRun(recording.staging, options, async (stage) => {
    await stage.result();
    await recording.saveAll('plain', stage.run);
  });
}

async function killed(recording: Recording): Promise<void> {
  await withRun(recording.staging, { steps: SCAN_AND_ROWS }, async (stage) => {
    const finland = stage.environment('finland');
    finland.script.runJob = ({ step }) => (step === 'scan' ? finland.hang() : undefined);
    await until(() => finland.timesSent('scan').size === 3);
    await stage.restartControl();
    finland.letGo();
    await stage.result();
    await recording.saveAll('killed', stage.run);
  });
}

async function retried(recording: Recording): Promise<void> {
  const script: Script = {
    runJob: (job) =>
      job.step === 'scan' && job.try === 0
        ? booked(job, { 1: ['x', 'op-failed'], 2: ['x', 'op-failed'] })
        : undefined,
  };
  const options = { steps: SCAN_AND_ROWS, limits: { batch: 3 }, scripts: { finland: script } };
  await withRun(recording.staging, options, async (stage) => {
    const isWaiting = (failed: number) => {
      const step = stage.hub.lastStep('scan', 'finland');
      return step?.state === 'needs-attention' && step.books.failed === failed;
    };
    await until(() => isWaiting(2));
    await stage.handle.executeUpdate(waiveUpdate, {
      args: [{ selection: { ...SCAN, ranges: '1' }, by: 'grace', reason: 'a broken scanner' }],
    });
    await until(() => isWaiting(1));
    await stage.handle.executeUpdate(retryUpdate, { args: [{ selection: SCAN, by: 'grace' }] });
    await stage.result();
    await recording.saveAll('retried', stage.run);
  });
}

async function held(recording: Recording): Promise<void> {
  let isRevoked = true;
  const script: Script = {
    counts: { windows: { windows: 12 } },
    runJob: ({ step }) => {
      if (isRevoked && step === 'scan') throw refused('approval-revoked');
      return undefined;
    },
  };
  const options = { steps: SCAN_AND_ROWS, limits: { batch: 1 }, scripts: { finland: script } };
  await withRun(recording.staging, options, async (stage) => {
    await until(() => stage.hub.lastStep('scan', 'finland')?.state === 'held');
    await recording.save('held.page', pageWorkflowId({ run: stage.run, ...SCAN, page: 0 }));
    isRevoked = false;
    await stage.handle.executeUpdate(retryUpdate, { args: [{ selection: SCAN, by: 'grace' }] });
    await stage.result();
    await recording.save('held.run', `run/${stage.run}`);
  });
}

async function cancelled(recording: Recording): Promise<void> {
  await withRun(recording.staging, { steps: SCAN_AND_ROWS }, async (stage) => {
    const finland = stage.environment('finland');
    finland.script.runJob = ({ step }) => (step === 'scan' ? finland.hang() : undefined);
    await until(() => finland.timesSent('scan').size === 3);
    await stage.handle.executeUpdate(cancelUpdate, { args: [{ by: 'grace', reason: null }] });
    await stage.result();
    await recording.saveAll('cancelled', stage.run);
  });
}

async function continued(recording: Recording): Promise<void> {
  await withFanOut(recording.staging, { shards: 60, pagesPerExecution: 2 }, async (stage) => {
    const first = await stage.handle.describe();
    await stage.handle.result();
    const id = fanOutWorkflowId(stage.input);
    await recording.save('continued.first', id, first.runId);
    await recording.save('continued.last', id);
  });
}

const server = await startTemporal();
try {
  const recording = new Recording({ server, bundle: await bundleWorkflows() });
  for (const record of [plain, killed, retried, held, cancelled, continued]) await record(recording);
} finally {
  await server.teardown();
}
