import { ApplicationFailure } from '@temporalio/common';
import { CODES, type Code } from '../../contracts/codes.js';
import { HubRefusal } from '../../hub/refusal.js';

/** A failure with a code in place of a type; not retried. */
export function codeFailure(code: Code, details: unknown[] = []): ApplicationFailure {
  return ApplicationFailure.create({
    message: CODES[code].sentence,
    type: code,
    nonRetryable: true,
    details,
  });
}

/** Refusals become failures with their code and faults; all else is the platform's and is tried again. */
export async function withCodes<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof HubRefusal) throw codeFailure(error.code, [error.faults]);
    throw error;
  }
}
