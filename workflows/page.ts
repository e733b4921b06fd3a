/** The work on one page: open its row, send the selected shards as jobs, book what comes back. */
import { CancellationScope } from '@temporalio/workflow';
import type { OpenPageInput, PageRef } from '../contracts/activities.js';
import { countOf } from '../contracts/ranges.js';
import { hub } from './activities.js';
import { cutBatches } from './batches.js';
import { workBatch } from './batch.js';
import { runLanes } from './lanes.js';
import { PageLedger } from './page-ledger.js';
import type { Halt, PageOutcome, PageWork } from './page-work.js';
import { Recorder } from './recorder.js';

/** @throws CancelledFailure after every job in flight was told to end and the row was written. */
export async function workPage(work: PageWork, halt: Halt): Promise<PageOutcome> {
  const ledger = new PageLedger(await hub.openPage(work.page));
  const batches = cutBatches(ledger.select(work.selection), work.batch);
  const recorder = new Recorder(() => hub.recordPage(ledger.nextRow()));
  const tally = { opFailures: 0 };
  try {
    await runLanes(batches, work.window, {
      work: (shards) => workBatch(shards, { work, ledger, recorder, halt, tally }),
      mayStart: () => halt.code === null,
    });
  } finally {
    await CancellationScope.nonCancellable(async () => {
      if (ledger.settle()) recorder.touch();
      await recorder.close();
    });
  }
  return {
    books: ledger.books,
    codes: countEach(ledger.codes()),
    counts: ledger.counts,
    opFailures: tally.opFailures,
    halt: halt.code,
  };
}

/** Books the open shards of a page whose Workflow failed: they can be retried. What it had recorded stays. */
export async function bookLostPage(page: OpenPageInput): Promise<void> {
  const ledger = new PageLedger(await hub.openPage(page));
  if (ledger.settle('page-lost')) await hub.recordPage(ledger.nextRow());
}

function countEach(codes: Record<string, string>): Record<string, number> {
  return Object.fromEntries(Object.entries(codes).map(([code, ranges]) => [code, countOf(ranges)]));
}

export function pageOf(ref: PageRef, pageShards: number, shards: number): OpenPageInput {
  const first = ref.page * pageShards;
  return { ...ref, first, count: Math.min(pageShards, shards - first) };
}
