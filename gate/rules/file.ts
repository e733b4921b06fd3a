/** `file`: bytes as they are. For open environments only. */
import type { RuleInput, RuleResult } from './rule.js';

export function releaseFile({ bytes, policy }: RuleInput): RuleResult {
  return { verdict: policy.wall === 'open' ? 'unchecked' : 'fail', bytes, dropped: {} };
}
