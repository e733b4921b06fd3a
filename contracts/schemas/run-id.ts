/** The id of a run: the same project and idempotency key, the same run. */
import { canonicalJson, sha256 } from './canonical.js';
import { base32 } from './question.js';

export function runIdOf(project: string, idempotencyKey: string): string {
  const digest = Buffer.from(sha256(canonicalJson([project, idempotencyKey])), 'hex');
  return `r${base32(digest).slice(0, 24)}`;
}
