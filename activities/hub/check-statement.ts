/** Every field of a gate's statement against what the hub itself knows of the run. */
import type { AcceptConclusionInput } from '../../contracts/activities.js';
import type { AnalysisManifest } from '../../contracts/analysis.js';
import type { ConclusionStatement } from '../../contracts/conclusion.js';
import { ANYWHERE } from '../../contracts/names.js';
import type { Plan } from '../../contracts/plan.js';
import { canonicalJson } from '../../contracts/schemas/canonical.js';

export interface Expected {
  input: AcceptConclusionInput;
  /** Size of the file. */
  bytes: number;
  plan: Plan;
  planDigest: string;
  manifest: AnalysisManifest;
  /** Whether the environment offers itself as open. */
  isOpen: boolean;
}

/** @returns the first field that is wrong, in words; undefined when all fit. */
export function findStatementFault(
  statement: ConclusionStatement,
  expected: Expected,
): string | undefined {
  const checks: [field: string, isRight: boolean][] = [
    ...identityChecks(statement, expected),
    ...questionChecks(statement, expected),
    ...verdictChecks(statement, expected),
  ];
  const wrong = checks.find(([, isRight]) => !isRight);
  return wrong && `the statement's ${wrong[0]} is not what it has to be`;
}

function identityChecks(
  statement: ConclusionStatement,
  { input, bytes }: Expected,
): [string, boolean][] {
  const { conclusion } = input;
  return [
    ['environment', statement.environment === input.environment],
    ['run', statement.run === input.run],
    ['step', statement.step === input.step],
    ['dataset', statement.dataset === input.dataset],
    ['name', statement.name === conclusion.name],
    ['sha256', statement.sha256 === conclusion.sha256],
    ['bytes', statement.bytes === bytes && statement.bytes === conclusion.bytes],
  ];
}

function questionChecks(
  statement: ConclusionStatement,
  { input, plan, planDigest, manifest }: Expected,
): [string, boolean][] {
  const step = manifest.steps.find(({ id }) => id === input.step);
  const isPlace = step?.at === (input.dataset === ANYWHERE ? 'anywhere' : 'datasets');
  const rule = step?.concludes[statement.name];
  return [
    ['step', isPlace],
    ['plan', statement.plan === planDigest],
    ['analysis', statement.analysis === plan.analysis.digest],
    ['datasets', areRightDatasets(statement, plan)],
    ['rule', rule !== undefined && isSameRule(statement.rule, rule)],
    [
      'waived',
      Object.keys(statement.waived).every((id) => manifest.steps.some((one) => one.id === id)),
    ],
  ];
}

/** A dataset's conclusion is made of that dataset alone; a combined one of the plan's and of no other. */
function areRightDatasets({ dataset, datasets }: ConclusionStatement, plan: Plan): boolean {
  const planned = new Map(plan.datasets.map(({ id, version }) => [id, version]));
  const arePlanned = datasets.every(({ id, version }) => planned.get(id) === version);
  if (dataset === ANYWHERE) return arePlanned;
  return arePlanned && datasets.length === 1 && datasets[0]?.id === dataset;
}

/** A manifest may name a rule without its version; the statement says which one it was. */
function isSameRule(stated: string, wanted: string): boolean {
  return stated === wanted || (!wanted.includes('@') && stated.split('@')[0] === wanted);
}

function verdictChecks(
  statement: ConclusionStatement,
  { input, isOpen }: Expected,
): [string, boolean][] {
  const { verdict } = statement;
  const isReleased =
    verdict === 'pass' || verdict === 'review' || (verdict === 'unchecked' && isOpen);
  return [
    ['verdict', isReleased && verdict === input.verdict],
    ['dropped', canonicalJson(statement.dropped) === canonicalJson(input.dropped)],
    ['isolation', statement.isolation === 'op' || isOpen || verdict === 'review'],
  ];
}
