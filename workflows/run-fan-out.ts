/** All shards of one step in one place: pages as child Workflows, a few at a time. */
import {
  CancellationScope,
  ParentClosePolicy,
  WorkflowIdReusePolicy,
  allHandlersFinished,
  condition,
  continueAsNew,
  setHandler,
  startChild,
} from '@temporalio/workflow';
import type { ChildWorkflowHandle } from '@temporalio/workflow';
import type { Selection, StepRef, SumPagesResult } from '../contracts/activities.js';
import type { Code } from '../contracts/codes.js';
import { pageWorkflowId } from '../contracts/ids.js';
import { holdSignal } from '../contracts/messages.js';
import { shardsOf, toRanges } from '../contracts/ranges.js';
import { EMPTY_BOOKS } from '../contracts/shards.js';
import { MOST_OP_FAILURES } from '../contracts/wire/index.js';
import { hub } from './activities.js';
import type { Cut } from './batches.js';
import { runLanes } from './lanes.js';
import { bookLostPage, pageOf } from './page.js';
import type { Halt, JobTarget } from './page-work.js';
import { runPage } from './run-page.js';

export interface RunFanOutInput extends StepRef {
  shards: number;
  selection: Selection;
  target: JobTarget;
  /** Counts the decisions of people. */
  try: number;
  cut: Cut;
  /** Op failures of the step in this place in earlier tries. */
  opFailures: number;
  /** Pages after which it continues as new. */
  pagesPerExecution: number;
  /** Ranges of the pages still to do; null at the start of a try. */
  pages: string | null;
}

export interface RunFanOutResult extends SumPagesResult {
  /** Op failures of the step in this place, all tries. */
  opFailures: number;
  /** Why it stopped before all that was selected was sent. */
  halt: Code | null;
}

interface FanOut {
  input: RunFanOutInput;
  halt: Halt;
  opFailures: number;
  inFlight: Set<ChildWorkflowHandle<typeof runPage>>;
}

export async function runFanOut(input: RunFanOutInput): Promise<RunFanOutResult> {
  const { opFailures } = input;
  const fanOut: FanOut = { input, halt: { code: null }, opFailures, inFlight: new Set() };
  setHandler(holdSignal, ({ reason }) => hold(fanOut, reason));
  return run(fanOut);
}

async function run(fanOut: FanOut): Promise<RunFanOutResult> {
  const { input, halt } = fanOut;
  if (input.shards === 0) return emptyResult(fanOut);
  const pages = shardsOf(input.pages ?? (await selectedPages(input)));
  await runLanes(pages.slice(0, input.pagesPerExecution), input.cut.pages, {
    work: (page) => workChild(fanOut, page),
    mayStart: () => halt.code === null,
  });
  await condition(allHandlersFinished);
  const rest = pages.slice(input.pagesPerExecution);
  if (rest.length > 0 && halt.code === null) {
    const next = { ...input, pages: toRanges(rest), opFailures: fanOut.opFailures };
    return continueAsNew<typeof runFanOut>(next);
  }
  const sums = await hub.sumPages(stepOf(input));
  return { ...sums, opFailures: fanOut.opFailures, halt: halt.code };
}

function stepOf({ run: runId, step, dataset, shards }: RunFanOutInput) {
  return { run: runId, step, dataset, shards };
}

async function selectedPages(input: RunFanOutInput): Promise<string> {
  const { pageShards } = input.cut;
  const { pages } = await hub.planPages({
    ...stepOf(input),
    pageShards,
    selection: input.selection,
  });
  return pages;
}

/** Never fails but by cancellation of the whole: a page that is lost is booked, and the others go on. */
async function workChild(fanOut: FanOut, page: number): Promise<void> {
  const { input } = fanOut;
  const row = pageOf({ ...refOf(input), page }, input.cut.pageShards, input.shards);
  try {
    const outcome = await awaitPage(fanOut, row);
    fanOut.opFailures += outcome.opFailures;
    if (outcome.halt !== null) await hold(fanOut, outcome.halt);
    else if (fanOut.opFailures > MOST_OP_FAILURES) await hold(fanOut, 'too-many-failures');
  } catch (error) {
    // A page that somebody cancelled or terminated by itself is lost like one that failed.
    if (CancellationScope.current().consideredCancelled) throw error;
    await bookLostPage(row);
  }
}

function refOf({ run: runId, step, dataset }: RunFanOutInput): StepRef {
  return { run: runId, step, dataset };
}

async function awaitPage(fanOut: FanOut, page: ReturnType<typeof pageOf>) {
  const { input, halt } = fanOut;
  const { selection, target, cut } = input;
  const pages = Math.ceil(input.shards / cut.pageShards);
  const summary = `${page.step} · ${page.dataset} · page ${page.page + 1} of ${pages}`;
  const work = { page, selection, target, try: input.try, batch: cut.batch, window: cut.window };
  const handle = await startChild(runPage, {
    workflowId: pageWorkflowId(page),
    // A retry of the step opens its pages again under the same ids.
    workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
    parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
    staticSummary: summary,
    args: [{ ...work, opFailures: fanOut.opFailures, summary }],
  });
  fanOut.inFlight.add(handle);
  try {
    if (halt.code !== null) await signalHold(handle, halt.code);
    return await handle.result();
  } finally {
    fanOut.inFlight.delete(handle);
  }
}

/** No new page, no new batch; what is in flight ends. Only the first reason is passed on. */
async function hold(fanOut: FanOut, reason: Code): Promise<void> {
  if (fanOut.halt.code !== null) return;
  fanOut.halt.code = reason;
  await Promise.all([...fanOut.inFlight].map((handle) => signalHold(handle, reason)));
}

async function signalHold(
  handle: ChildWorkflowHandle<typeof runPage>,
  reason: Code,
): Promise<void> {
  try {
    await handle.signal(holdSignal, { reason });
  } catch {
    // The page has ended meanwhile, or all is being cancelled; its result tells which.
  }
}

function emptyResult({ opFailures, halt }: FanOut): RunFanOutResult {
  const books = { ...EMPTY_BOOKS };
  return {
    books,
    codes: {},
    counts: {},
    failed: '',
    open: '',
    waived: '',
    opFailures,
    halt: halt.code,
  };
}
