/** A slice of a fan-out's shards: one child Workflow, small enough to replay in under a second. */
import { setHandler } from '@temporalio/workflow';
import { holdSignal } from '../contracts/messages.js';
import { workPage } from './page.js';
import type { Halt, PageOutcome, PageWork } from './page-work.js';

export type RunPageInput = PageWork;

export async function runPage(input: RunPageInput): Promise<PageOutcome> {
  const halt: Halt = { code: null };
  setHandler(holdSignal, ({ reason }) => {
    halt.code ??= reason;
  });
  return workPage(input, halt);
}
