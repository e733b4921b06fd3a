/**
 * The closed list of codes: every refusal, failure and advice that a reader may meet. Codes are kebab-case and
 * all that crosses a wall in place of a message. `docs/errors.md` is held to this list by a test.
 */

import { ADMISSION_CODES } from './codes/admission-codes.js';
import { FEEDER_CODES } from './codes/feeder-codes.js';
import { ORDER_CODES } from './codes/order-codes.js';
import { RELEASE_CODES } from './codes/release-codes.js';
import { REQUEST_CODES } from './codes/request-codes.js';
import { WORK_CODES } from './codes/work-codes.js';
import type { CodeRow } from './codes/row.js';

export type { CodeRow, CodeScope } from './codes/row.js';

export const CODES = {
  ...REQUEST_CODES,
  ...ADMISSION_CODES,
  ...FEEDER_CODES,
  ...ORDER_CODES,
  ...RELEASE_CODES,
  ...WORK_CODES,
} as const satisfies Record<string, CodeRow>;

export type Code = keyof typeof CODES;

export function isCode(value: string): value is Code {
  return Object.hasOwn(CODES, value);
}

/** A code with the name of the request that it is about, if any. */
export interface CodeNote {
  code: Code;
  /** A name from the request or plan: a dataset, phenotype, covariate or frame. Never anything from data. */
  about: string | null;
}
