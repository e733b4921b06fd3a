/** The closed list of release rules. What is not here leaves nowhere. */
import { Refusal } from '../refusal.js';
import { releaseFile } from './file.js';
import type { Rule } from './rule.js';
import { releaseVariantList } from './variant-list.js';
import { releaseVariantStatistics } from './variant-statistics.js';

const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['variant-statistics@1', releaseVariantStatistics],
  ['variant-list@1', releaseVariantList],
  ['file', releaseFile],
]);

/** @throws Refusal `rule-unknown` */
export function ruleOf(name: string): Rule {
  const rule = RULES.get(name);
  if (rule === undefined) throw new Refusal('rule-unknown');
  return rule;
}
