import type { Code } from '../../contracts/codes.js';
import { sha256 } from '../../contracts/schemas/canonical.js';
import { Refusal } from '../refusal.js';

/** The digest that an approved plan or a signed statement names decides, not who sent the bytes. */
export function refuseTampered(bytes: Uint8Array, digest: string, code: Code): void {
  if (sha256(bytes) !== digest) throw new Refusal(code);
}
