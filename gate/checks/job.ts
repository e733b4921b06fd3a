/** Is this job or release one of the admitted plan? */
import type { Step } from '../../contracts/analysis.js';
import { SANDBOX_KINDS, type Policy } from '../../contracts/policy.js';
import { parseRanges } from '../../contracts/ranges.js';
import { Refusal } from '../refusal.js';

export function refuseUnadmitted<T>(admission: T | undefined): asserts admission is T {
  if (admission === undefined) throw new Refusal('run-not-admitted');
}

export function refuseForeignStep(step: Step | undefined, place: Step['at']): asserts step is Step {
  if (step?.at !== place) throw new Refusal('step-not-in-plan');
}

export function refuseProvider(provider: string, policy: Policy, known: readonly string[]): void {
  const isAllowed = policy.sandbox.providers.includes(provider) && known.includes(provider);
  if (!isAllowed) throw new Refusal('provider-not-allowed');
}

/** @param sandbox the kind that the worker got; null: it has not said */
export function refuseWeakSandbox(sandbox: string | null, policy: Policy): void {
  const kinds: readonly (string | null)[] = SANDBOX_KINDS;
  const strength = kinds.indexOf(sandbox);
  if (strength < 0 || strength > kinds.indexOf(policy.sandbox.floor)) {
    throw new Refusal('isolation-too-weak');
  }
}

/** @param count how many shards the step has: 1 for a plain one; null where only the environment knows */
export function refuseOtherShards(shards: string, count: number | null): void {
  const last = parseRanges(shards).at(-1)?.last ?? -1;
  if (count !== null && last >= count) throw new Refusal('wire-invalid');
}

/** Items from outside add up to what a custodian allows of one cohort. */
export function refuseManyItems(items: number, most: number): void {
  if (items > most) throw new Refusal('fan-out-too-large');
}

/** Waived shards are of steps that this one reads at the same place. */
export function refuseForeignWaiver(waived: Record<string, string>, read: readonly string[]): void {
  if (Object.keys(waived).some((step) => !read.includes(step))) throw new Refusal('wire-invalid');
}

/** @returns what a step that is read has been asked here. @throws Refusal `inputs-missing` */
export function refuseMissingInput<T>(order: T | undefined): asserts order is T {
  if (order === undefined) throw new Refusal('inputs-missing');
}

export function refuseUnknownConclusion(rule: string | undefined): asserts rule is string {
  if (rule === undefined) throw new Refusal('step-not-in-plan');
}
