/** The DAG, steps and places side by side: each node starts as soon as what it reads is there. */
import { CancellationScope, condition } from '@temporalio/workflow';
import type { StepContext } from './make-step.js';
import { needsOf, type StepNode } from './step-node.js';
import { workStep } from './work-step.js';

/** @throws the first failure of a node, after all others were cancelled and came to rest. */
export async function walk(context: StepContext): Promise<void> {
  const { nodes } = context.board;
  const scope = new CancellationScope();
  const failures: unknown[] = [];
  const follow = async (node: StepNode): Promise<void> => {
    try {
      await whenReadable(node, nodes);
      await workStep(context, node);
    } catch (error) {
      failures.push(error);
      scope.cancel();
    }
  };
  await scope.run(() => Promise.all(nodes.map(follow)));
  if (failures.length > 0) throw failures[0];
}

/** At the same place outputs are read, as soon as they are made; elsewhere conclusions, once accepted. */
async function whenReadable(node: StepNode, nodes: readonly StepNode[]): Promise<void> {
  const { near, far } = needsOf(node, nodes);
  await condition(() => near.every(({ isMade }) => isMade) && far.every(({ isDone }) => isDone));
}
