import {
  Client,
  Connection,
  isGrpcServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  type WorkflowHandle,
} from '@temporalio/client';
import {
  ApplicationFailure,
  WorkflowIdConflictPolicy,
  WorkflowIdReusePolicy,
} from '@temporalio/common';
import { isCode } from '../contracts/codes.js';
import { runWorkflowId } from '../contracts/ids.js';
import {
  cancelUpdate,
  retryUpdate,
  RUN_ANALYSIS,
  waiveUpdate,
  type RunAnalysisInput,
} from '../contracts/messages.js';
import { CONTROL_TASK_QUEUE } from '../contracts/names.js';
import { HubRefusal } from '../hub/refusal.js';
import type { RunStarter } from './run-starter.js';

/** An Update waits for the control worker; longer than this, the caller had better ask again. */
const WAIT_MILLISECONDS = 20_000;

/** Connects when it is first needed, and again after Temporal was away. */
export function createTemporalRunStarter(options: {
  address: string;
  namespace: string;
}): RunStarter & { close(): Promise<void> } {
  const { address, namespace } = options;
  const connection = Connection.lazy({ address });
  const client = new Client({ connection, namespace, identity: 'api' });
  const within = <T>(act: () => Promise<T>): Promise<T> =>
    withCodes(() => connection.withDeadline(Date.now() + WAIT_MILLISECONDS, act));
  const handleOf = (run: string): WorkflowHandle => client.workflow.getHandle(runWorkflowId(run));
  return {
    start: (input) => within(() => start(client, input)),
    retry: (run, input) =>
      within(() => handleOf(run).executeUpdate(retryUpdate, { args: [input] })),
    waive: (run, input) =>
      within(() => handleOf(run).executeUpdate(waiveUpdate, { args: [input] })),
    cancel: (run, input) =>
      within(() => handleOf(run).executeUpdate(cancelUpdate, { args: [input] })),
    async isReady() {
      try {
        await connection.withDeadline(Date.now() + 2000, () =>
          connection.workflowService.getSystemInfo({}),
        );
        return true;
      } catch {
        return false;
      }
    },
    close: () => connection.close(),
  };
}

async function start(client: Client, input: RunAnalysisInput): Promise<void> {
  const { analysis, datasets } = input.request;
  try {
    await client.workflow.start(RUN_ANALYSIS, {
      workflowId: runWorkflowId(input.run),
      taskQueue: CONTROL_TASK_QUEUE,
      workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
      // A run that has ended is not started again by a late repetition of its request.
      workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
      staticSummary: `${analysis} · ${datasets.join(', ')} · ${input.request.project}`.slice(
        0,
        200,
      ),
      args: [input],
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

async function withCodes<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) throw new HubRefusal('run-ended');
    if (error instanceof WorkflowUpdateFailedError) throw new HubRefusal(codeOfUpdate(error));
    if (isGrpcServiceError(error) || isTimeout(error)) throw new HubRefusal('not-ready');
    throw error;
  }
}

function codeOfUpdate({ cause }: WorkflowUpdateFailedError): HubRefusal['code'] {
  const type = cause instanceof ApplicationFailure ? cause.type : undefined;
  return type && isCode(type) ? type : 'internal';
}

function isTimeout(error: unknown): boolean {
  return (
    error instanceof Error &&
    /deadline|timed? ?out|cancelled/i.test(`${error.name} ${error.message}`)
  );
}
