/** A request that is refused: every fault at once. */
import type { Code } from '../contracts/codes.js';
import { CODES } from '../contracts/codes.js';

export interface Fault {
  code: Code;
  /** JSON pointer (RFC 6901) into the request; empty for the whole. */
  pointer: string;
  /** What is wrong with this value, naming it. */
  detail: string;
  /** Names that may have been meant. */
  nearest: string[];
}

export class HubRefusal extends Error {
  override readonly name = 'HubRefusal';
  readonly code: Code;
  readonly faults: Fault[];

  constructor(code: Code, faults: Fault[] = []) {
    super(faults.find((fault) => fault.code === code)?.detail ?? CODES[code].sentence);
    this.code = code;
    this.faults = faults;
  }
}

/** The code that stands for all: malformed before unknown, unknown before impossible. */
export function leadingCode(faults: readonly Fault[]): Code {
  const sorted = [...faults].sort((a, b) => CODES[a.code].status - CODES[b.code].status);
  return sorted[0]?.code ?? 'invalid-request';
}

export function pointerTo(...parts: (string | number)[]): string {
  return parts
    .map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
}
