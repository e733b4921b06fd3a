/** Failures as codes of the closed list. What really happened stays in the log inside. */
import { CancelledFailure, heartbeat } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { Logger } from 'pino';
import { CODES, isCode, type Code } from '../../contracts/codes.js';
import { ProviderUnavailable } from '../providers/provider.js';

const HEARTBEAT_MILLISECONDS = 2_000;

/** The codes that say `not yet`: no failure, and not to be counted as one. */
const BENIGN: ReadonlySet<Code> = new Set(['job-running', 'in-review']);

export function failure(code: Code, nextRetrySeconds?: number): ApplicationFailure {
  return ApplicationFailure.create({
    message: code,
    type: code,
    nonRetryable: !CODES[code].isRetryable,
    ...(BENIGN.has(code) && { category: ApplicationFailureCategory.BENIGN }),
    ...(nextRetrySeconds !== undefined && { nextRetryDelay: `${nextRetrySeconds} seconds` }),
  });
}

/** A code that another program of this environment gave. */
export function failureFor(code: string): ApplicationFailure {
  return failure(isCode(code) ? code : 'platform-failed');
}

/**
 * Runs an Activity's body: heartbeats from a timer while it works, and turns whatever is thrown into a code.
 * @param about ids for the log.
 */
export async function asActivity<T>(
  log: Logger,
  about: Record<string, unknown>,
  work: () => Promise<T>,
): Promise<T> {
  const beat = setInterval(heartbeat, HEARTBEAT_MILLISECONDS);
  try {
    return await work();
  } catch (error) {
    if (error instanceof ApplicationFailure || error instanceof CancelledFailure) throw error;
    log.error({ ...about, error: String(error) }, 'the Activity failed');
    throw failure(
      error instanceof ProviderUnavailable ? 'provider-unavailable' : 'platform-failed',
    );
  } finally {
    clearInterval(beat);
  }
}
