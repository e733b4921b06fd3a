/** In words: what a run waits for, and whose move it is. */
import { condition } from '@temporalio/workflow';
import type { RunBoard } from './run-board.js';
import { stepKey } from './step-node.js';

const MOST_NAMED = 3;
const SLOW_AFTER = '5 seconds';

export function waitingFor(board: Pick<RunBoard, 'nodes' | 'holds' | 'slow' | 'isEnding'>) {
  if (board.isEnding) return null;
  const stuck = board.nodes.filter(({ state }) => state === 'needs-attention');
  const parts = [
    ...(stuck.length > 0
      ? [`scientist or engineer: retry, waive or cancel ${named(stuck.map(describe))}`]
      : []),
    ...[...board.holds].map(
      ([environment, code]) => `custodian of ${environment}: ${code}; then retry`,
    ),
    ...board.slow,
  ];
  return parts.length > 0 ? parts.join('. ') : null;
}

function describe({ step, dataset, code }: RunBoard['nodes'][number]): string {
  return `${stepKey(step.id, dataset)} (${code ?? 'open'})`;
}

function named(things: string[]): string {
  const rest = things.length - MOST_NAMED;
  return things.slice(0, MOST_NAMED).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

/** Awaits what an environment may answer at once, or after days: then the run says that it waits for it. */
export async function tellWhenSlow<T>(
  board: RunBoard,
  what: string,
  answer: Promise<T>,
): Promise<T> {
  const watch = { isOver: false };
  const tell = async (): Promise<void> => {
    if (await condition(() => watch.isOver, SLOW_AFTER)) return;
    board.slow.add(what);
    board.refresh();
  };
  // It fails only when the run is cancelled, and then nobody has to be told.
  void tell().catch(() => undefined);
  try {
    return await answer;
  } finally {
    watch.isOver = true;
    if (board.slow.delete(what)) board.refresh();
  }
}
