/** Results of Activities, written anew from what the wire contract and the task allow. */
import { shardsOf, toRanges } from '../../contracts/ranges.js';
import {
  admitInputSchema,
  closeRunInputSchema,
  closeRunResultSchema,
  releaseInputSchema,
  runJobInputSchema,
  runJobResultSchema,
} from '../../contracts/schemas/wire.js';
import type { RunJobResult } from '../../contracts/wire/index.js';
import {
  refuseForeignCodes,
  refuseForeignCounts,
  refuseMalformed,
  refuseOtherStates,
} from '../checks/task.js';
import type { Custody } from '../custody.js';
import type { OrderBook } from '../orders/order-book.js';
import { Refusal } from '../refusal.js';
import type { Outcomes } from './outcomes.js';
import type { Task } from './tasks.js';

export interface ResultDeps {
  custody: () => Custody;
  orders: OrderBook;
  outcomes: Outcomes;
}

/** @param result what the worker sent. @throws Refusal `wire-invalid` */
export function resultOf(deps: ResultDeps, task: Task, result: unknown): unknown {
  switch (task.activity) {
    case 'admit':
      return decided(deps.outcomes.admit(admitInputSchema.parse(task.input)));
    case 'release':
      return decided(deps.outcomes.release(releaseInputSchema.parse(task.input)));
    case 'runJob':
      return jobResult(task, result);
    case 'cancelJob':
      return {};
    case 'closeRun':
      return closeResult(deps, task, result);
  }
}

/** A worker that says it is done without having asked the gate has done nothing. */
function decided<T>(outcome: T | undefined): T {
  if (outcome === undefined) throw new Refusal('wire-invalid');
  return outcome;
}

function jobResult(task: Task, sent: unknown): RunJobResult {
  const input = runJobInputSchema.parse(task.input);
  const result = refuseMalformed(runJobResultSchema, sent);
  refuseOtherStates(input, result);
  refuseForeignCodes(input, result);
  refuseForeignCounts(result, task.list);
  const codes = Object.entries(result.codes).map(([code, ranges]) => [
    code,
    toRanges(shardsOf(ranges)),
  ]);
  return { ...result, codes: Object.fromEntries(codes.filter(([, ranges]) => ranges !== '')) };
}

/** Use of steps that ran here; behind a wall as powers of two. */
function closeResult({ custody, orders }: ResultDeps, task: Task, sent: unknown) {
  const { run } = closeRunInputSchema.parse(task.input);
  const { usage } = refuseMalformed(closeRunResultSchema, sent);
  const round = custody().policy.wall === 'open' ? (value: number) => value : powerOfTwo;
  const rounded = Object.entries(usage).map(([name, { cpuSeconds, wallSeconds }]) => {
    const [step = '', dataset = ''] = name.split('@');
    if (!orders.find({ run, step, dataset })) throw new Refusal('wire-invalid');
    return [name, { cpuSeconds: round(cpuSeconds), wallSeconds: round(wallSeconds) }];
  });
  return { usage: Object.fromEntries(rounded) as unknown };
}

function powerOfTwo(value: number): number {
  return value === 0 ? 0 : 2 ** Math.ceil(Math.log2(value));
}
