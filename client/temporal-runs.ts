/** Runs straight on Temporal, for backend services that have a connection to it. */
import type { Client, WorkflowHandle } from '@temporalio/client';
import { runWorkflowId } from '../contracts/ids.js';
import type {
  CancelInput,
  DecisionInput,
  DecisionResult,
  RunAnalysisInput,
  RunAnalysisResult,
  WaiveInput,
} from '../contracts/messages.js';
import { CONTROL_TASK_QUEUE } from '../contracts/names.js';
import type { RunRequest, RunState } from '../contracts/run.js';
import { runIdOf } from '../contracts/schemas/run-id.js';

export interface StartOptions {
  /** The same project and key, the same run; also the same as over REST. */
  idempotencyKey: string;
  /** Name of the service that asks. */
  requester: string;
}

/**
 * A run that is started here is validated by its first Activity, as the API does it. Every method throws
 * Temporal's own errors; a refused decision is a WorkflowUpdateFailedError whose cause has a code as its type.
 */
export class TemporalRuns {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** @returns the run's id. Starts no second run for the same key. */
  async start(request: RunRequest, { idempotencyKey, requester }: StartOptions): Promise<string> {
    const run = runIdOf(request.project, idempotencyKey);
    const input: RunAnalysisInput = { run, requester, request };
    try {
      await this.#client.workflow.start('runAnalysis', {
        workflowId: runWorkflowId(run),
        taskQueue: CONTROL_TASK_QUEUE,
        workflowIdConflictPolicy: 'USE_EXISTING',
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        args: [input],
      });
    } catch (error) {
      // It ran before and has ended.
      if (!isNamed(error, 'WorkflowExecutionAlreadyStartedError')) throw error;
    }
    return run;
  }

  /** Resolves when the run has ended: also refused, cancelled and failed are results. */
  result(run: string): Promise<RunAnalysisResult> {
    return this.#handle(run).result() as Promise<RunAnalysisResult>;
  }

  /** Asks the Workflow itself. */
  state(run: string): Promise<RunState> {
    return this.#handle(run).query<RunState>('runState');
  }

  cancel(run: string, input: CancelInput): Promise<{ state: RunState }> {
    const handle = this.#handle(run);
    return handle.executeUpdate<{ state: RunState }, [CancelInput]>('cancel', { args: [input] });
  }

  retry(run: string, input: DecisionInput): Promise<DecisionResult> {
    const handle = this.#handle(run);
    return handle.executeUpdate<DecisionResult, [DecisionInput]>('retry', { args: [input] });
  }

  waive(run: string, input: WaiveInput): Promise<DecisionResult> {
    const handle = this.#handle(run);
    return handle.executeUpdate<DecisionResult, [WaiveInput]>('waive', { args: [input] });
  }

  #handle(run: string): WorkflowHandle {
    return this.#client.workflow.getHandle(runWorkflowId(run));
  }
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}
