/** The end of a run in its environments and in the books. */
import type { RunState, StepState } from '../contracts/run.js';
import { endingActivities } from './activities.js';
import type { RunBoard } from './run-board.js';
import { tellWhenSlow } from './waiting.js';

/** Steps that had begun end with the run. */
export async function endSteps(board: RunBoard, state: RunState): Promise<void> {
  if (state === 'done' || state === 'refused') return;
  const end: StepState = state === 'cancelled' ? 'cancelled' : 'failed';
  const begun = board.nodes.filter((node) => !['waiting', 'done'].includes(node.state));
  await Promise.all(begun.map((node) => board.setStep(node, end)));
}

/**
 * Tells every environment. A cancelled run waits for each of them, as only they know that nothing runs any more;
 * a result is not kept waiting for an environment that went away after its work.
 */
export async function closeRuns(board: RunBoard, state: RunState): Promise<void> {
  const mayRun = state === 'cancelled' || state === 'failed';
  const queues = new Map(board.placements.map((place) => [place.taskQueue, place.environment]));
  await Promise.allSettled(
    [...queues].map(([taskQueue, environment]) => {
      const call = { taskQueue, summary: `close · ${environment}` };
      const { closeRun } = endingActivities(call, mayRun ? null : '2 minutes');
      const what = `environment ${environment}: the end of its jobs`;
      return tellWhenSlow(board, what, closeRun({ run: board.run }));
    }),
  );
}
