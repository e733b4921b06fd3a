/**
 * R4: may anything be concluded of this cohort with this model? Decided once, at admission, on what the feeder
 * counted. Group sizes alone miss a jittered indicator, leverage alone misses groups of 5 to 9: so both, and the
 * share of a column's sum of squares that few people hold.
 */
import type { Code, CodeNote } from '../../contracts/codes.js';
import type { CohortEvidence, ColumnEvidence, PhenotypeEvidence } from '../../contracts/job.js';
import type { Model } from '../../contracts/analysis.js';
import type { Policy } from '../../contracts/policy.js';
import { Refusal } from '../refusal.js';

/** @throws Refusal with every reason against */
export function refuseCohort(cohort: CohortEvidence, policy: Policy, model: Model): void {
  const [first, ...others] = judgeCohort(cohort, policy, model.phenotype);
  if (first) throw new Refusal(first.code, first.about, others);
}

/** @returns every reason against, with the name that it is about; empty: admitted. */
export function judgeCohort(cohort: CohortEvidence, policy: Policy, phenotype: string): CodeNote[] {
  if (cohort.people === 0) return [note('cohort-empty')];
  return [
    ...judgeSize(cohort, policy),
    ...judgeLeverage(cohort, policy),
    ...cohort.columns.flatMap((column) => judgeColumn(column, cohort.people, policy)),
    ...judgePhenotype(cohort.phenotype, policy).map((code) => note(code, phenotype)),
  ];
}

function judgeSize({ people, parameters }: CohortEvidence, policy: Policy): CodeNote[] {
  const codes: Code[] = [];
  if (people < policy.minPeople) codes.push('cohort-too-small');
  if (people - parameters < policy.minResidualDof) codes.push('too-few-residual-dof');
  if (parameters > policy.maxParamsFrac * people) codes.push('too-many-parameters');
  return codes.map((code) => note(code));
}

function judgeLeverage({ maxLeverage }: CohortEvidence, policy: Policy): CodeNote[] {
  return maxLeverage < policy.maxLeverage ? [] : [note('leverage-too-high')];
}

export function judgeColumn(column: ColumnEvidence, people: number, policy: Policy): CodeNote[] {
  const notes: CodeNote[] = [];
  if (column.offMode < policy.minCount) notes.push(note('group-too-small', column.name));
  const k = policy.minCount;
  const limit = topShareOf(policy) * (1 - (k - 1) / people);
  if (!(shareOf(column.topShares, k - 1) < limit)) {
    notes.push(note('covariate-dominated', column.name));
  }
  return notes;
}

function judgePhenotype(phenotype: PhenotypeEvidence, policy: Policy): Code[] {
  const codes: Code[] = [];
  const { topShares, cases, controls } = phenotype;
  const isDominated = !(
    shareOf(topShares, 1) < policy.phenotypeShare &&
    shareOf(topShares, policy.minCount - 1) < topShareOf(policy)
  );
  if (isDominated) codes.push('phenotype-dominated');
  if (phenotype.type === 'binary') {
    const isFew = (cases ?? 0) < policy.minCases || (controls ?? 0) < policy.minControls;
    if (isFew) codes.push('too-few-cases');
  }
  return codes;
}

function topShareOf({ topShare, minCount }: Policy): number {
  return topShare ?? (minCount - 1) / minCount;
}

/** Share held by the j largest. Where it was not counted it is taken for all: fail closed. */
function shareOf(topShares: readonly number[], j: number): number {
  return j === 0 ? 0 : (topShares[j - 1] ?? 1);
}

function note(code: Code, about: string | null = null): CodeNote {
  return { code, about };
}
