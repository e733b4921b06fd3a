/** Every job and release is looked up in the admitted plan and checked again, also when retried or reused. */
import type { Step } from '../../contracts/analysis.js';
import type { ConclusionStatement } from '../../contracts/conclusion.js';
import type { JobOrder } from '../../contracts/job.js';
import { ANYWHERE } from '../../contracts/names.js';
import { shardsOf, toRanges } from '../../contracts/ranges.js';
import { definitionsDigest } from '../../contracts/schemas/dataset-digest.js';
import type { ReleaseInput, RunJobInput } from '../../contracts/wire/index.js';
import type { Admission } from '../admissions/book.js';
import { permit, type Permit } from '../admissions/permit.js';
import { refuseOtherDefinitions } from '../checks/admission.js';
import { refuseUnreadConclusion } from '../checks/conclusion.js';
import * as checks from '../checks/job.js';
import type { ResolvedPlan } from '../plans/plans.js';
import { refuseCohort } from '../rules/r4.js';
import { leadsOf } from '../rules/variant-list.js';
import type { GateParts } from '../parts.js';
import { believe, readConclusion } from './conclusions.js';
import { buildOrder } from './build-order.js';
import type { KeptOrder, OrderRef } from './order-book.js';

/** A step of an admitted plan, permitted now. */
export interface PermittedStep extends Permit {
  admission: Admission;
  resolved: ResolvedPlan;
  step: Step;
}

export interface OrderedRelease extends PermittedStep {
  kept: KeptOrder;
  rule: string;
}

/** @throws Refusal `run-not-admitted`, `plan-unavailable`, what `permit` says, `step-not-in-plan` */
async function permitStep(deps: GateParts, { run, step: id, dataset }: OrderRef) {
  const admission = deps.admissions.find(run, dataset);
  checks.refuseUnadmitted(admission);
  const resolved = await deps.plans.resolve(admission.plan);
  const given = permit(deps, { resolved, dataset, unapproved: 'approval-revoked' });
  const definitions = given.definition && definitionsDigest(given.definition);
  refuseOtherDefinitions(admission.definitions, definitions);
  const { evidence } = admission;
  if (evidence && resolved.model) refuseCohort(evidence, given.custody.policy, resolved.model);
  const step = resolved.manifest.steps.find((other) => other.id === id);
  checks.refuseForeignStep(step, dataset === ANYWHERE ? 'anywhere' : 'datasets');
  return { ...given, admission, resolved, step };
}

/** @throws Refusal */
export async function orderJob(deps: GateParts, input: RunJobInput): Promise<JobOrder> {
  const permitted = await permitStep(deps, input);
  const { policy, config, sandbox } = permitted.custody;
  const { run, dataset, conclusions, waived } = input;
  checks.refuseProvider(input.provider, policy, Object.keys(config.providers));
  checks.refuseWeakSandbox(sandbox, policy);
  checks.refuseForeignWaiver(waived, readsOf(permitted, 'near'));
  const statements = await believeAll(deps, input, permitted);
  const near = (id: string) => deps.orders.find({ run, step: id, dataset });
  const order = buildOrder({ ...permitted, conclusions, waived, near });
  checks.refuseOtherShards(input.shards, await countShards(deps, order, permitted));
  const { project } = permitted.resolved.plan;
  const isReuseShown = deps.orders.wasAsked(run, project, dataset, order.question);
  const made = provenance(permitted, { statements, order, near });
  deps.orders.put(input, { order, ...made, isReuseShown });
  return order;
}

/** @throws Refusal */
export async function orderRelease(deps: GateParts, input: ReleaseInput): Promise<OrderedRelease> {
  const permitted = await permitStep(deps, input);
  const rule = new Map(Object.entries(permitted.step.concludes)).get(input.name);
  checks.refuseUnknownConclusion(rule);
  const kept = deps.orders.find(input);
  checks.refuseMissingInput(kept);
  return { ...permitted, kept, rule };
}

/** Steps that are read: `near` at the same place as outputs, `far` elsewhere as conclusions. */
function readsOf({ resolved, step }: PermittedStep, where: 'near' | 'far'): string[] {
  const ids = step.forEach === null ? step.inputs : [...step.inputs, step.forEach];
  const sources = resolved.manifest.steps.filter(({ id }) => ids.includes(id));
  return sources.filter(({ at }) => (at === step.at) === (where === 'near')).map(({ id }) => id);
}

async function believeAll(
  deps: GateParts,
  { run, conclusions }: RunJobInput,
  permitted: PermittedStep,
): Promise<ConclusionStatement[]> {
  const { resolved, step, custody } = permitted;
  const steps = readsOf(permitted, 'far');
  const places = step.at === 'datasets' ? [ANYWHERE] : resolved.plan.datasets.map(({ id }) => id);
  refuseUnreadConclusion(
    conclusions,
    (ref) => steps.includes(ref.step) && places.includes(ref.dataset),
  );
  return Promise.all(conclusions.map((ref) => believe(deps, { run, ref, resolved, custody })));
}

/** Known for a plain step, and for a list that came in as a conclusion; null: only the environment knows. */
async function countShards(
  { inputs }: GateParts,
  { forEach }: JobOrder,
  { resolved, step, custody }: PermittedStep,
): Promise<number | null> {
  if (forEach === null) return 1;
  if (forEach.kind === 'output') return null;
  const items = leadsOf(await readConclusion(inputs, forEach.conclusion.sha256)).size;
  const source = resolved.manifest.steps.find(({ id }) => id === forEach.conclusion.step);
  const most = source?.fansOut?.most ?? 0;
  const { maxItems } = custody.policy;
  checks.refuseManyItems(items, step.at === 'datasets' ? Math.min(most, maxItems) : most);
  return items;
}

/** What the step is made of, through all that it reads: signed with its conclusions. */
function provenance(
  { resolved, definition }: PermittedStep,
  parts: {
    statements: ConclusionStatement[];
    order: JobOrder;
    near: (step: string) => KeptOrder | undefined;
  },
): Pick<KeptOrder, 'madeOf' | 'waived'> {
  const { forEach, inputs, waived } = parts.order;
  const steps = [...inputs, ...(forEach?.kind === 'output' ? [forEach] : [])];
  const sources = [
    ...steps.map(({ step }) => parts.near(step)).filter((kept) => kept !== undefined),
    ...parts.statements.map((statement) => ({ ...statement, madeOf: statement.datasets })),
  ];
  const read = new Set(sources.flatMap(({ madeOf }) => madeOf.map(({ id }) => id)));
  // In a dataset the people are its own, whoever chose the variants.
  const isMadeOf = (id: string) => (definition ? id === definition.id : read.has(id));
  return {
    madeOf: resolved.plan.datasets.filter(({ id }) => isMadeOf(id)),
    waived: mergeRanges([waived, ...sources.map((source) => source.waived)]),
  };
}

function mergeRanges(all: Record<string, string>[]): Record<string, string> {
  const merged: Record<string, string> = {};
  for (const [step, ranges] of all.flatMap((waived) => Object.entries(waived))) {
    merged[step] = toRanges([...shardsOf(merged[step] ?? ''), ...shardsOf(ranges)]);
  }
  return merged;
}
