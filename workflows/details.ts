/** The run as Temporal UI shows it: a Markdown table of the DAG with its books and what is waited for. */
import type { Books } from '../contracts/shards.js';
import type { RunBoard } from './run-board.js';
import { stepKey, type StepNode } from './step-node.js';
import { waitingFor } from './waiting.js';

/** Details may hold 20,000 bytes; with 20 datasets and more steps, what is finished is left out. */
const MOST_ROWS = 150;

export function detailsOf(board: RunBoard): string {
  const waiting = waitingFor(board);
  const lines = [`**${board.state}**${waiting === null ? '' : `, waits for ${waiting}`}`];
  if (board.nodes.length > 0) lines.push('', ...table(board.nodes));
  return lines.join('\n');
}

function table(nodes: readonly StepNode[]): string[] {
  const isAll = nodes.length <= MOST_ROWS;
  const rows = isAll ? nodes : nodes.filter(({ isDone }) => !isDone).slice(0, MOST_ROWS);
  const left = nodes.length - rows.length;
  return [
    '| step | environment | state | done | reused | waived | failed | open |',
    '|---|---|---|--:|--:|--:|--:|--:|',
    ...rows.map(rowOf),
    ...(left > 0 ? ['', `${left} more.`] : []),
  ];
}

function rowOf({ step, dataset, placement, state, code, sums }: StepNode): string {
  const told = code === null ? state : `${state}: ${code}`;
  const name = stepKey(step.id, dataset);
  return `| ${name} | ${placement.environment} | ${told} | ${bookCells(sums.books)} |`;
}

function bookCells({ planned, done, reused, waived, failed, open }: Books): string {
  return [`${done} of ${planned}`, reused, waived, failed, open].join(' | ');
}
