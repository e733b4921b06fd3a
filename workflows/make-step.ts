/** One try of a step in one place: a plain step as one shard, a for-each step as a fan-out. */
import {
  CancellationScope,
  ParentClosePolicy,
  WorkflowIdReusePolicy,
  startChild,
} from '@temporalio/workflow';
import type { ChildWorkflowHandle } from '@temporalio/workflow';
import type { Selection } from '../contracts/activities.js';
import type { Code } from '../contracts/codes.js';
import { fanOutWorkflowId } from '../contracts/ids.js';
import type { PlanLimits } from '../contracts/plan.js';
import { EMPTY_BOOKS } from '../contracts/shards.js';
import { hub } from './activities.js';
import { cutOf } from './batches.js';
import { codeOf } from './failure-codes.js';
import { workPage } from './page.js';
import type { JobTarget } from './page-work.js';
import type { RunBoard } from './run-board.js';
import { runFanOut, type RunFanOutInput, type RunFanOutResult } from './run-fan-out.js';
import {
  NO_SUMS,
  conclusionsFor,
  listNodeOf,
  needsOf,
  waivedFor,
  type StepNode,
} from './step-node.js';

/** After so many pages a fan-out's history is long enough to begin a new one. */
const PAGES_PER_EXECUTION = 500;

export interface StepContext {
  board: RunBoard;
  limits: PlanLimits;
  /** Fan-outs at work, for a hold of their environment. */
  fanOuts: Map<StepNode, ChildWorkflowHandle<typeof runFanOut>>;
}

/** Books the try on the node. @returns why it stopped early, if it did. */
export async function makeStep(
  context: StepContext,
  node: StepNode,
  selection: Selection,
): Promise<Code | null> {
  const make = node.step.forEach === null ? makePlain : makeForEach;
  const code = await make(context, node, selection);
  node.try += 1;
  return code;
}

async function makePlain(
  { board }: StepContext,
  node: StepNode,
  selection: Selection,
): Promise<Code | null> {
  const { step, dataset } = node;
  const outcome = await workPage(
    {
      page: { run: board.run, step: step.id, dataset, page: 0, first: 0, count: 1 },
      selection,
      target: targetOf(board, node),
      try: node.try,
      batch: 1,
      window: 1,
      opFailures: node.opFailures,
      summary: `${step.id} · ${dataset}`,
    },
    { code: null },
  );
  const { books, codes, counts } = outcome;
  const shard = (count: number): string => (count > 0 ? '0' : '');
  const ranges = {
    failed: shard(books.failed),
    open: shard(books.open),
    waived: shard(books.waived),
  };
  node.sums = { books, codes, counts, ...ranges };
  node.opFailures += outcome.opFailures;
  return outcome.halt;
}

async function makeForEach(
  context: StepContext,
  node: StepNode,
  selection: Selection,
): Promise<Code | null> {
  const shards = shardsFor(context.board, node);
  if (shards === 0) {
    node.sums = NO_SUMS;
    return null;
  }
  const input = fanOutInput(context, node, { shards, selection });
  try {
    const { opFailures, halt, ...sums } = await awaitFanOut(context, node, input);
    Object.assign(node, { sums, opFailures });
    return halt;
  } catch (error) {
    if (CancellationScope.current().consideredCancelled) throw error;
    // Somebody ended the child alone. What its pages recorded stands; the rest is open.
    node.sums = await hub.sumPages({
      run: context.board.run,
      step: node.step.id,
      dataset: node.dataset,
      shards,
    });
    return codeOf(error, 'page-lost');
  }
}

/** How many items the list has; before a first try also the books of a step that has not begun. */
export function shardsFor(board: RunBoard, node: StepNode): number {
  const { forEach } = node.step;
  if (forEach === null) return 1;
  const list = listNodeOf(node, needsOf(node, board.nodes));
  return list?.sums.counts[list.step.fansOut?.list ?? ''] ?? 0;
}

export function openBooks(board: RunBoard, node: StepNode): typeof NO_SUMS {
  const planned = shardsFor(board, node);
  return { ...NO_SUMS, books: { ...EMPTY_BOOKS, planned, open: planned } };
}

function targetOf(board: RunBoard, node: StepNode): JobTarget {
  const { environment, taskQueue, provider } = node.placement;
  const needs = needsOf(node, board.nodes);
  const conclusions = conclusionsFor(node, needs);
  return { environment, taskQueue, provider, conclusions, waived: waivedFor(needs) };
}

function fanOutInput(
  { board, limits }: StepContext,
  node: StepNode,
  { shards, selection }: Pick<RunFanOutInput, 'shards' | 'selection'>,
): RunFanOutInput {
  return {
    run: board.run,
    step: node.step.id,
    dataset: node.dataset,
    shards,
    selection,
    target: targetOf(board, node),
    try: node.try,
    cut: cutOf(shards, node.placement.slots, limits),
    opFailures: node.opFailures,
    pagesPerExecution: PAGES_PER_EXECUTION,
    pages: null,
  };
}

async function awaitFanOut(
  { fanOuts }: StepContext,
  node: StepNode,
  input: RunFanOutInput,
): Promise<RunFanOutResult> {
  const handle = await startChild(runFanOut, {
    workflowId: fanOutWorkflowId(input),
    // Retry, and resuming after a hold, start it again under the same id.
    workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
    parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
    staticSummary: `${input.step} · ${input.dataset} · ${input.shards} shards`,
    args: [input],
  });
  fanOuts.set(node, handle);
  try {
    return await handle.result();
  } finally {
    fanOuts.delete(node);
  }
}
