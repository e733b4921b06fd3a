/** Release of what a step concludes, by its environment's gate, and acceptance by the hub. */
import { isCancellation } from '@temporalio/workflow';
import type { Code } from '../contracts/codes.js';
import type { ReleaseResult } from '../contracts/wire/index.js';
import { hub, workActivities } from './activities.js';
import { codeOf } from './failure-codes.js';
import type { RunBoard } from './run-board.js';
import type { StepNode } from './step-node.js';
import { tellWhenSlow } from './waiting.js';

/**
 * Names that were accepted in an earlier try are passed over.
 * @returns the code that stands against it; null when every conclusion is accepted.
 */
export async function concludeStep(board: RunBoard, node: StepNode): Promise<Code | null> {
  for (const name of node.step.concludes) {
    if (node.conclusions.some((conclusion) => conclusion.name === name)) continue;
    try {
      await concludeOne(board, node, name);
    } catch (error) {
      if (isCancellation(error)) throw error;
      return codeOf(error);
    }
  }
  return null;
}

async function concludeOne(board: RunBoard, node: StepNode, name: string): Promise<void> {
  const { step, dataset, placement } = node;
  const { environment, taskQueue } = placement;
  const { release } = workActivities({ taskQueue, summary: `${step.id} · ${dataset} · ${name}` });
  const ref = { run: board.run, step: step.id, dataset };
  const what = `custodian of ${environment}: the review of ${name} of ${step.id}@${dataset}`;
  const released = await tellWhenSlow(board, what, release({ ...ref, name }));
  await acceptAll(node, ref, released);
}

async function acceptAll(
  node: StepNode,
  ref: { run: string; step: string; dataset: string },
  { conclusions, verdict, dropped }: ReleaseResult,
): Promise<void> {
  const { environment } = node.placement;
  for (const conclusion of conclusions) {
    const accepted = await hub.acceptConclusion({
      ...ref,
      environment,
      conclusion,
      verdict,
      dropped,
    });
    node.conclusions.push(accepted.conclusion);
  }
}
