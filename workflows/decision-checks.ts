/** Validators of the Updates: hand-written guards, as a schema library costs every cached Workflow a megabyte. */
import type { SumPagesResult } from '../contracts/activities.js';
import { isCode } from '../contracts/codes.js';
import { countOf, isRanges, parseRanges, shardsOf, toRanges } from '../contracts/ranges.js';
import { ENDED_STATES, type ShardSelection } from '../contracts/run.js';
import { MOST_OP_FAILURES, MOST_RANGES } from '../contracts/wire/index.js';
import { refusal } from './failure-codes.js';
import type { RunBoard } from './run-board.js';
import type { StepNode } from './step-node.js';

const MOST_TEXT = 1_000;

/** @throws ApplicationFailure with the code why: nothing of it enters the history then. */
export function checkRetry(board: RunBoard, input: unknown): void {
  const node = checkDecision(board, input);
  if (node.opFailures > MOST_OP_FAILURES) throw refusal('too-many-failures');
}

export function checkWaive(board: RunBoard, input: unknown): void {
  const { sums } = checkDecision(board, input);
  if (!isRecord(input) || !isText(input['reason'])) throw refusal('invalid-request');
  if (isSelection(input['selection']) && !canBeTold(sums, input['selection']))
    throw refusal('invalid-request');
}

/**
 * Whether readers could be told which shards are waived then: in so many ranges as a message holds. Of a selection
 * by code only the hub knows the shards, and checks the same.
 */
function canBeTold(sums: SumPagesResult, { ranges, code }: ShardSelection): boolean {
  if (code !== undefined && ranges === undefined) return true;
  if (!isAllNamed(sums) && ranges === undefined) return false;
  const missing = [...shardsOf(sums.failed), ...shardsOf(sums.open)];
  const wanted = parseRanges(ranges ?? '');
  const isWanted = (shard: number): boolean =>
    ranges === undefined || wanted.some(({ first, last }) => first <= shard && shard <= last);
  const chosen = isAllNamed(sums) ? missing.filter(isWanted) : shardsOf(ranges ?? '');
  return parseRanges(toRanges([...chosen, ...shardsOf(sums.waived)])).length <= MOST_RANGES;
}

/** Sums name 100 ranges at most; beyond those the hub alone knows which shards failed. */
function isAllNamed({ books, failed, open }: SumPagesResult): boolean {
  return countOf(failed) + countOf(open) === books.failed + books.open;
}

export function checkCancel(board: RunBoard, input: unknown): void {
  if (!isRecord(input) || !isText(input['by'])) throw refusal('invalid-request');
  if (input['reason'] !== null && !isText(input['reason'])) throw refusal('invalid-request');
  if (hasEnded(board)) throw refusal('run-ended');
}

function checkDecision(board: RunBoard, input: unknown): StepNode {
  if (!isRecord(input) || !isText(input['by']) || !isSelection(input['selection']))
    throw refusal('invalid-request');
  if (hasEnded(board)) throw refusal('run-ended');
  const { step, dataset } = input['selection'];
  const node = board.node(step, dataset);
  if (!node) throw refusal('not-found');
  const isWaiting = node.state === 'needs-attention' || node.state === 'held';
  if (!isWaiting || node.isDeciding) throw refusal('nothing-to-retry');
  if (shardsConcerned(node, input['selection']) === 0) throw refusal('nothing-to-retry');
  return node;
}

function hasEnded({ state, isEnding }: RunBoard): boolean {
  return isEnding || state === 'cancelling' || ENDED_STATES.includes(state);
}

/** How many failed and open shards a selection means; of a release that waits, all that it is made of. */
export function shardsConcerned(node: StepNode, { ranges, code }: ShardSelection): number {
  const { sums } = node;
  const { books, codes, failed, open } = sums;
  if (node.isReleasing) return books.planned;
  if (ranges !== undefined) {
    const found = overlap(ranges, failed) + overlap(ranges, open);
    return isAllNamed(sums) ? found : countOf(ranges);
  }
  return code === undefined ? books.failed + books.open : (codes[code] ?? 0);
}

function overlap(a: string, b: string): number {
  const others = parseRanges(b);
  return parseRanges(a).reduce(
    (sum, one) =>
      others.reduce(
        (inner, other) =>
          inner +
          Math.max(0, Math.min(one.last, other.last) - Math.max(one.first, other.first) + 1),
        sum,
      ),
    0,
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && value.length <= MOST_TEXT;
}

function isSelection(value: unknown): value is ShardSelection {
  if (!isRecord(value)) return false;
  const { step, dataset, ranges, code } = value;
  if (!isText(step) || !isText(dataset)) return false;
  if (code !== undefined && !(typeof code === 'string' && isCode(code))) return false;
  return ranges === undefined || (typeof ranges === 'string' && areFewRanges(ranges));
}

function areFewRanges(ranges: string): boolean {
  return isRanges(ranges) && parseRanges(ranges).length <= MOST_RANGES;
}
