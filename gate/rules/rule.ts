import type { Verdict } from '../../contracts/conclusion.js';
import type { CohortEvidence } from '../../contracts/job.js';
import type { Policy } from '../../contracts/policy.js';

/** What a release rule decides on. Pure: the same input, the same answer. */
export interface RuleInput {
  /** What the op wrote. Believed in nothing. */
  bytes: Buffer;
  /** What the feeder counted, EVIDENCE_COLUMNS, no header; null where there is none. */
  evidence: Buffer | null;
  policy: Policy;
  /** Most rows of a list that others fan out over; null where nobody does. */
  most: number | null;
  /** What was counted of the people; null where there are none. */
  cohort: CohortEvidence | null;
  /** `chromosome:position:effect:other` of the items that the rows were conditioned on; null without a list. */
  leads: ReadonlySet<string> | null;
}

export interface RuleResult {
  verdict: Verdict;
  /** What may leave, written anew. */
  bytes: Buffer;
  /** Rows that stay inside, by reason. */
  dropped: Record<string, number>;
}

/** @throws Refusal when the output cannot be judged: malformed, or not what was counted. */
export type Rule = (input: RuleInput) => RuleResult;
