/** One step in one place, from its first try to its accepted conclusions, with all that people decide between. */
import { condition } from '@temporalio/workflow';
import type { Selection } from '../contracts/activities.js';
import { isCode, type Code } from '../contracts/codes.js';
import { holdSignal } from '../contracts/messages.js';
import { booksComplete } from '../contracts/shards.js';
import { concludeStep } from './conclude.js';
import { holdsEnvironment, refusal } from './failure-codes.js';
import { makeStep, openBooks, type StepContext } from './make-step.js';
import type { StepNode } from './step-node.js';

const OPEN_SHARDS: Selection = { kind: 'all', ranges: '', code: null };

export async function workStep(context: StepContext, node: StepNode): Promise<void> {
  node.sums = openBooks(context.board, node);
  await produce(context, node);
  checkList(node);
  node.isMade = true;
  await conclude(context, node);
  await context.board.setStep(node, 'done');
  node.isDone = true;
}

/** Returns when every shard is done or waived. */
async function produce(context: StepContext, node: StepNode): Promise<void> {
  let selection: Selection | null = OPEN_SHARDS;
  if (isHeld(context, node)) selection = await nextSelection(context, node, null);
  for (;;) {
    const code: Code | null = selection === null ? null : await tryShards(context, node, selection);
    if (booksComplete(node.sums.books)) return;
    if (code === 'fan-out-too-large') throw refusal(code);
    selection = await nextSelection(context, node, code ?? commonestCode(node));
  }
}

async function tryShards(context: StepContext, node: StepNode, selection: Selection) {
  await context.board.setStep(node, 'running');
  const code = await makeStep(context, node, selection);
  if (code !== null && holdsEnvironment(code)) await holdEnvironment(context, node, code);
  return code;
}

/** @returns the shards to run next; null when a person waived some instead. */
async function nextSelection(context: StepContext, node: StepNode, code: Code | null) {
  const { board } = context;
  if (!isHeld(context, node)) {
    await board.setStep(node, 'needs-attention', code);
    await condition(() => node.decision !== null);
    return takeDecision(node);
  }
  await board.setStep(node, 'held', board.holds.get(node.placement.environment) ?? null);
  await condition(() => node.decision !== null || !isHeld(context, node));
  return node.decision === null ? OPEN_SHARDS : takeDecision(node);
}

function isHeld({ board }: StepContext, { placement }: StepNode): boolean {
  return board.holds.has(placement.environment);
}

function takeDecision(node: StepNode): Selection | null {
  const selection = node.decision?.selection ?? null;
  node.decision = null;
  node.isDeciding = false;
  return selection;
}

/** Raised once for the environment: its other fan-outs start nothing new either. */
async function holdEnvironment(
  { board, fanOuts }: StepContext,
  { placement }: StepNode,
  reason: Code,
): Promise<void> {
  if (board.holds.has(placement.environment)) return;
  board.holds.set(placement.environment, reason);
  board.refresh();
  const others = [...fanOuts].filter(
    ([node]) => node.placement.environment === placement.environment,
  );
  // A fan-out that ended meanwhile has nothing left to hold.
  await Promise.allSettled(others.map(([, handle]) => handle.signal(holdSignal, { reason })));
}

async function conclude(context: StepContext, node: StepNode): Promise<void> {
  const { books } = node.sums;
  // Of a step that was waived whole there is nothing to release; its readers do without.
  if (books.planned > 0 && books.waived === books.planned) return;
  for (;;) {
    const code = await concludeStep(context.board, node);
    if (code === null) return;
    if (holdsEnvironment(code)) await holdEnvironment(context, node, code);
    node.isReleasing = true;
    const selection = await nextSelection(context, node, code);
    node.isReleasing = false;
    if (selection === null) return;
    await context.board.setStep(node, 'running');
  }
}

function commonestCode({ sums }: StepNode): Code | null {
  const [commonest] = Object.entries(sums.codes).sort(([, a], [, b]) => b - a);
  return commonest && isCode(commonest[0]) ? commonest[0] : null;
}

/** @throws ApplicationFailure `fan-out-too-large`, which ends the run: no retry makes a list shorter. */
function checkList({ step, sums }: StepNode): void {
  if (step.fansOut === null || step.fansOut.most === null) return;
  if ((sums.counts[step.fansOut.list] ?? 0) > step.fansOut.most) throw refusal('fan-out-too-large');
}
