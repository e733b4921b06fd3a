/** One batch: a job, sent again while its provider loses it, and the booking of what it reports. */
import { CancellationScope, isCancellation } from '@temporalio/workflow';
import { isCode, type Code } from '../contracts/codes.js';
import { shardsOf, toRanges } from '../contracts/ranges.js';
import { SHARD_STATES } from '../contracts/shards.js';
import {
  MOST_OP_FAILURES,
  type CancelJobInput,
  type RunJobInput,
  type RunJobResult,
} from '../contracts/wire/index.js';
import { endingActivities, workActivities } from './activities.js';
import { codeOf, holdsEnvironment, stopsStep } from './failure-codes.js';
import type { PageLedger } from './page-ledger.js';
import type { Halt, PageWork } from './page-work.js';
import type { Recorder } from './recorder.js';

/** How often a lost job is sent again before its shards count as failed. */
const MOST_RESENDS = 3;
/** A resend counts inside the step's try, so that every submission has a name of its own. */
const TRIES_PER_STEP_TRY = 10;

export interface BatchContext {
  work: PageWork;
  ledger: PageLedger;
  recorder: Recorder;
  halt: Halt;
  tally: { opFailures: number };
}

/** Never fails but by cancellation: whatever a job ends in is booked. */
export async function workBatch(shards: string, context: BatchContext): Promise<void> {
  const { ledger, recorder, halt } = context;
  let open = shards;
  for (let resend = 0; open !== '' && resend <= MOST_RESENDS && halt.code === null; resend += 1) {
    ledger.setAll(shardsOf(open), SHARD_STATES.running);
    recorder.touch();
    const isLast = resend === MOST_RESENDS;
    open = await tryOnce(jobOf(context.work, open, resend), isLast, context);
    recorder.touch();
  }
}

/** @returns ranges of the shards that have to be sent again. */
async function tryOnce(job: RunJobInput, isLast: boolean, context: BatchContext): Promise<string> {
  try {
    const result = await sendJob(job, context.work);
    const again = bookResult(job, result, { ...context, isLast });
    stopAfterTooMany(context);
    return again;
  } catch (error) {
    if (isCancellation(error)) throw error;
    bookRefusal(job, codeOf(error), context);
    return '';
  }
}

/** A pattern of failures is a message, so the step stops; retries are counted too. */
function stopAfterTooMany({ work, tally, halt }: BatchContext): void {
  if (work.opFailures + tally.opFailures > MOST_OP_FAILURES) halt.code ??= 'too-many-failures';
}

function jobOf({ page, target, try: stepTry }: PageWork, shards: string, resend: number) {
  return {
    run: page.run,
    step: page.step,
    dataset: page.dataset,
    shards,
    try: stepTry * TRIES_PER_STEP_TRY + resend,
    provider: target.provider,
    conclusions: target.conclusions,
    waived: target.waived,
  };
}

async function sendJob(job: RunJobInput, { target, summary }: PageWork): Promise<RunJobResult> {
  const call = { taskQueue: target.taskQueue, summary: `${summary} · ${shorten(job.shards)}` };
  try {
    return await workActivities(call).runJob(job);
  } catch (error) {
    if (isCancellation(error)) await cancelSent(job, call);
    throw error;
  }
}

/** A summary holds 400 bytes; scattered shards do not fit, nor would anyone read them. */
function shorten(ranges: string): string {
  return ranges.length <= 40 ? ranges : `${ranges.slice(0, 40)}…`;
}

/** Reaches the job also when no attempt of `runJob` is at work that could notice the cancel. */
async function cancelSent(
  { run, step, dataset, shards, try: tried }: RunJobInput,
  call: { taskQueue: string; summary: string },
): Promise<void> {
  const input: CancelJobInput = { run, step, dataset, shards, try: tried };
  try {
    await CancellationScope.nonCancellable(() => endingActivities(call).cancelJob(input));
  } catch {
    // A gate that refuses this call has ended the run's jobs itself, or will with `closeRun`.
  }
}

/** The environment refused the job as a whole. */
function bookRefusal(job: RunJobInput, code: Code, { ledger, halt }: BatchContext): void {
  if (stopsStep(code)) halt.code ??= code;
  // What a custodian may lift again is no failure of the shards.
  const state = holdsEnvironment(code) ? SHARD_STATES.open : SHARD_STATES.failed;
  ledger.setAll(shardsOf(job.shards), state, code);
}

function bookResult(
  job: RunJobInput,
  result: RunJobResult,
  { ledger, tally, isLast }: BatchContext & { isLast: boolean },
): string {
  const codes = codesByShard(result.codes);
  const again: number[] = [];
  shardsOf(job.shards).forEach((shard, index) => {
    const state = result.states[index];
    const isMade = state === SHARD_STATES.done || state === SHARD_STATES.reused;
    const code =
      codes.get(shard) ?? (state === SHARD_STATES.failed ? 'platform-failed' : 'job-lost');
    if (isMade) {
      ledger.set(shard, state);
    } else if (state === SHARD_STATES.failed) {
      if (code === 'op-failed') tally.opFailures += 1;
      ledger.set(shard, SHARD_STATES.failed, code);
    } else {
      ledger.set(shard, isLast ? SHARD_STATES.failed : SHARD_STATES.open, code);
      again.push(shard);
    }
  });
  ledger.addCounts(result.counts);
  return toRanges(again);
}

function codesByShard(codes: Record<string, string>): Map<number, Code> {
  return new Map(
    Object.entries(codes).flatMap(([code, ranges]) =>
      shardsOf(ranges).map((shard): [number, Code] => [
        shard,
        isCode(code) ? code : 'platform-failed',
      ]),
    ),
  );
}
