/** Watching a job for a while: it outlives any attempt of an Activity. */
import { CancelledFailure, Context, sleep } from '@temporalio/activity';
import { isLive, type JobStatus, type Provider } from '../providers/provider.js';

const FIRST_POLL_MILLISECONDS = 50;
const LAST_POLL_MILLISECONDS = 500;
const GROWTH = 1.3;

/**
 * Polls fast at first, as most jobs are short.
 * @returns how the job ended, or undefined when it goes on after `seconds`.
 * @throws CancelledFailure; a cancel that was asked for ends the job, a worker's shutdown only the watching.
 */
export async function watchJob(
  provider: Provider,
  name: string,
  seconds: number,
): Promise<JobStatus | undefined> {
  const end = Date.now() + seconds * 1000;
  let pause = FIRST_POLL_MILLISECONDS;
  try {
    for (;;) {
      const status = await provider.status(name);
      if (!isLive(status.state)) return await provider.collect(name);
      if (Date.now() >= end) return undefined;
      await sleep(pause);
      pause = Math.min(pause * GROWTH, LAST_POLL_MILLISECONDS);
    }
  } catch (error) {
    const isAsked = Context.current().cancellationDetails?.cancelRequested === true;
    if (error instanceof CancelledFailure && isAsked) await provider.cancel(name);
    throw error;
  }
}

/** Until it has ended, however long that takes. */
export async function waitForEnd(provider: Provider, name: string): Promise<void> {
  while ((await watchJob(provider, name, LAST_POLL_MILLISECONDS)) === undefined);
}
