/** Results of Activities, written anew from what the wire contract and the task allow. */
import { shardsOf, toRanges } from '../../contracts/ranges.js';
import {
  closeRunInputSchema,
  closeRunResultSchema,
  runJobInputSchema,
  runJobResultSchema,
} from '../../contracts/schemas/wire.js';
import type { CloseRunResult, RunJobResult } from '../../contracts/wire/index.js';
import * as checks from '../checks/task.js';
import type { GateParts } from '../parts.js';
import type { Task } from './tasks.js';

/** @param sent what the worker sent. @throws Refusal `wire-invalid` */
export function resultOf(deps: GateParts, task: Task, sent: unknown): unknown {
  switch (task.activity) {
    case 'admit':
    case 'release':
      return checks.refuseUndecided(deps.tasks.decision(task.activity, task.input as object));
    case 'runJob':
      return jobResult(deps, task, sent);
    case 'cancelJob':
      return {};
    case 'closeRun':
      return closeResult(deps, task, sent);
  }
}

function jobResult({ custody, orders, tasks }: GateParts, task: Task, sent: unknown): RunJobResult {
  const input = runJobInputSchema.parse(task.input);
  const result = checks.refuseMalformed(runJobResultSchema, sent);
  checks.refuseOtherStates(input, result);
  checks.refuseForeignCodes(input, result);
  checks.refuseForeignCounts(result, task.list);
  const failed = result.states.split('x').length - 1;
  checks.refusePattern(tasks.addFailures(input, failed), custody().policy);
  const codes = Object.entries(result.codes)
    .map(([code, ranges]) => [code, toRanges(shardsOf(ranges))] as const)
    .filter(([, ranges]) => ranges !== '');
  const isReuseShown = orders.find(input)?.isReuseShown === true;
  const states = isReuseShown ? result.states : result.states.replaceAll('=', '+');
  return { ...result, states, codes: Object.fromEntries(codes) };
}

/** Use of steps that ran here; behind a wall as powers of two. */
function closeResult({ custody, orders }: GateParts, task: Task, sent: unknown): CloseRunResult {
  const { run } = closeRunInputSchema.parse(task.input);
  const { usage } = checks.refuseMalformed(closeRunResultSchema, sent);
  const isOpen = custody().policy.wall === 'open';
  const round = (value: number) =>
    isOpen || value === 0 ? value : 2 ** Math.ceil(Math.log2(value));
  const rounded: CloseRunResult['usage'] = {};
  for (const [name, { cpuSeconds, wallSeconds }] of Object.entries(usage)) {
    const [step = '', dataset = ''] = name.split('@');
    checks.refuseForeignUse(orders.find({ run, step, dataset }));
    rounded[name] = { cpuSeconds: round(cpuSeconds), wallSeconds: round(wallSeconds) };
  }
  return { usage: rounded };
}
