/** From Temporal's failures to the closed list of codes. */
import { ActivityFailure, ApplicationFailure, ChildWorkflowFailure } from '@temporalio/workflow';
import { CODES, isCode, type Code, type CodeRow } from '../contracts/codes.js';

/** @param otherwise what stands for a failure that names no code of the list: a time-out, a foreign type. */
export function codeOf(error: unknown, otherwise: Code = 'platform-failed'): Code {
  const cause =
    error instanceof ActivityFailure || error instanceof ChildWorkflowFailure ? error.cause : error;
  const type = cause instanceof ApplicationFailure ? cause.type : null;
  return type && isCode(type) ? type : otherwise;
}

/** Codes that concern the environment as a whole and that only a person there can lift. */
export function holdsEnvironment(code: Code): boolean {
  const row: CodeRow = CODES[code];
  return row.scope === 'environment' && !row.isRetryable;
}

/** Codes that no other batch of the step would escape, so that none is sent. */
export function stopsStep(code: Code): boolean {
  const row: CodeRow = CODES[code];
  return row.scope !== 'shard' && !row.isRetryable;
}

/** A failure that an Update's caller sees, with a code in place of a type. */
export function refusal(code: Code): ApplicationFailure {
  return ApplicationFailure.nonRetryable(CODES[code].sentence, code);
}
