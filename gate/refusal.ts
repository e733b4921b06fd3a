import { CODES, type Code, type CodeNote } from '../contracts/codes.js';

/** A check said no. The code is all that leaves; what led to it stays in the ledger and the log. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly notes: CodeNote[];

  /** @param about a name of the request or plan, never anything from data */
  constructor(code: Code, about: string | null = null, others: CodeNote[] = []) {
    super(code);
    this.notes = [{ code, about }, ...others];
  }

  get code(): Code {
    return this.message as Code;
  }

  /** Whether trying again may help: nothing was decided, so nothing is recorded. */
  get isRetryable(): boolean {
    return CODES[this.code].isRetryable;
  }
}

/** What the gate answers for an error: unexpected ones say no more than that the platform failed. */
export function codeOf(error: unknown): Code {
  return error instanceof Refusal ? error.code : 'platform-failed';
}
