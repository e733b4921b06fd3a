/** What people decide of a run while it works or waits: retry, waive, cancel. */
import { setHandler, type CancellationScope } from '@temporalio/workflow';
import type { Selection } from '../contracts/activities.js';
import {
  cancelUpdate,
  retryUpdate,
  waiveUpdate,
  type CancelInput,
  type DecisionInput,
  type DecisionResult,
  type WaiveInput,
} from '../contracts/messages.js';
import type { ShardSelection } from '../contracts/run.js';
import { hub } from './activities.js';
import { checkCancel, checkRetry, checkWaive, shardsConcerned } from './decision-checks.js';
import { refusal } from './failure-codes.js';
import { shardsFor } from './make-step.js';
import type { RunBoard } from './run-board.js';
import type { StepNode } from './step-node.js';

/** @param scope what a cancel ends: all that the run does for its result. */
export function registerDecisions(board: RunBoard, scope: CancellationScope): void {
  setHandler(retryUpdate, (input) => retry(board, input), {
    validator: (input) => checkRetry(board, input),
  });
  setHandler(waiveUpdate, (input) => waive(board, input), {
    validator: (input) => checkWaive(board, input),
  });
  setHandler(cancelUpdate, (input) => cancel(board, scope, input), {
    validator: (input) => checkCancel(board, input),
  });
}

/** Also resumes what a hold of the environment stopped: the person says that it is lifted. */
async function retry(board: RunBoard, { selection, by }: DecisionInput): Promise<DecisionResult> {
  return decide(board, selection, async (node) => {
    const shards = shardsConcerned(node, selection);
    await hub.recordDecision({ run: board.run, kind: 'retry', selection, by, reason: null });
    node.decision = { selection: selectionOf(selection) };
    board.holds.delete(node.placement.environment);
    return { shards };
  });
}

async function waive(
  board: RunBoard,
  { selection, by, reason }: WaiveInput,
): Promise<DecisionResult> {
  return decide(board, selection, async (node) => {
    const shards = node.isReleasing ? shardsConcerned(node, selection) : 0;
    const waived = node.isReleasing
      ? shards
      : await waiveShards(board, node, { selection, by, reason });
    await hub.recordDecision({ run: board.run, kind: 'waive', selection, by, reason });
    node.decision = { selection: null };
    return { shards: waived };
  });
}

async function waiveShards(
  board: RunBoard,
  node: StepNode,
  { selection, by, reason }: WaiveInput,
): Promise<number> {
  const ref = { run: board.run, step: node.step.id, dataset: node.dataset };
  const which = selectionOf(selection);
  const { waived } = await hub.waiveShards({ ...ref, selection: which, by, reason });
  node.sums = await hub.sumPages({ ...ref, shards: shardsFor(board, node) });
  return waived;
}

/** One decision at a time for a step; if it cannot be recorded, the step waits on. */
async function decide(
  board: RunBoard,
  { step, dataset }: ShardSelection,
  act: (node: StepNode) => Promise<DecisionResult>,
): Promise<DecisionResult> {
  const node = board.node(step, dataset);
  // Two Updates may have passed their validators before either handler ran.
  if (!node || node.isDeciding) throw refusal('nothing-to-retry');
  node.isDeciding = true;
  try {
    const result = await act(node);
    board.refresh();
    return result;
  } catch (error) {
    node.isDeciding = false;
    throw error;
  }
}

async function cancel(board: RunBoard, scope: CancellationScope, { by, reason }: CancelInput) {
  await hub.recordDecision({ run: board.run, kind: 'cancel', selection: null, by, reason });
  board.cancelling();
  scope.cancel();
  return { state: board.state };
}

function selectionOf({ ranges, code }: ShardSelection): Selection {
  if (ranges !== undefined) return { kind: 'ranges', ranges, code: null };
  if (code !== undefined) return { kind: 'code', ranges: '', code };
  return { kind: 'failed-and-open', ranges: '', code: null };
}
