/** Every job and release is looked up in the admitted plan and checked again, also when retried or reused. */
import type { AnalysisManifest, Step } from '../../contracts/analysis.js';
import type { ConclusionRef, ConclusionStatement } from '../../contracts/conclusion.js';
import type { JobOrder } from '../../contracts/job.js';
import { ANYWHERE } from '../../contracts/names.js';
import { shardsOf, toRanges } from '../../contracts/ranges.js';
import type { ReleaseInput, RunJobInput } from '../../contracts/wire/index.js';
import type { Admission, AdmissionBook } from '../admissions/book.js';
import { definitionsDigest } from '../admissions/definitions.js';
import { permit, placeOf, type Permit } from '../admissions/permit.js';
import { refuseUnreadConclusion } from '../checks/conclusion.js';
import {
  refuseForeignStep,
  refuseForeignWaiver,
  refuseManyItems,
  refuseMissingInput,
  refuseOtherShards,
  refuseProvider,
  refuseUnadmitted,
  refuseUnknownConclusion,
  refuseWeakSandbox,
} from '../checks/job.js';
import { refuseOtherDefinitions } from '../checks/admission.js';
import type { Custody } from '../custody.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Plans, ResolvedPlan } from '../plans/plans.js';
import { leadsOf } from '../rules/variant-list.js';
import { believe, readInput, type BelieveDeps } from './conclusions.js';
import { buildOrder } from './build-order.js';
import type { KeptOrder, OrderBook, OrderRef } from './order-book.js';

export interface OrderDeps extends BelieveDeps {
  ledger: Ledger;
  custody: () => Custody;
  plans: Plans;
  admissions: AdmissionBook;
  orders: OrderBook;
}

/** A step of an admitted plan, permitted now. */
export interface PermittedStep {
  admission: Admission;
  resolved: ResolvedPlan;
  permit: Permit;
  step: Step;
}

/** @throws Refusal `run-not-admitted`, `plan-unavailable`, what `permit` says, `step-not-in-plan` */
export async function permitStep(
  deps: Omit<OrderDeps, keyof BelieveDeps>,
  { run, step: id, dataset }: OrderRef,
): Promise<PermittedStep> {
  const admission = deps.admissions.find(run, dataset);
  refuseUnadmitted(admission);
  const resolved = await deps.plans.resolve(admission.plan);
  const given = permit(deps, { resolved, dataset, unapproved: 'approval-revoked' });
  if (given.definition !== null) {
    refuseOtherDefinitions(admission.definitions ?? undefined, definitionsDigest(given.definition));
  }
  const step = resolved.manifest.steps.find((other) => other.id === id);
  refuseForeignStep(step, placeOf(dataset));
  return { admission, resolved, permit: given, step };
}

/** @throws Refusal */
export async function orderJob(deps: OrderDeps, input: RunJobInput): Promise<JobOrder> {
  const permitted = await permitStep(deps, input);
  const { resolved, step, permit: given } = permitted;
  const { policy, config, sandbox } = given.custody;
  refuseProvider(input.provider, policy, Object.keys(config.providers));
  refuseWeakSandbox(sandbox, policy);
  refuseForeignWaiver(
    input.waived,
    readsOf(step).filter((id) => isAt(resolved.manifest, id, step.at)),
  );
  const statements = await believeAll(deps, input, permitted);
  const { run, dataset, conclusions, waived } = input;
  const near = (id: string) => deps.orders.find({ run, step: id, dataset });
  const order = buildOrder({ ...permitted, dataset: datasetOf(given), conclusions, waived, near });
  const shards = await countShards(deps, order, permitted);
  refuseOtherShards(input.shards, shards);
  deps.orders.put(input, { order, shards, ...provenance(permitted, { statements, order, near }) });
  return order;
}

/** @throws Refusal */
export async function orderRelease(
  deps: Omit<OrderDeps, keyof BelieveDeps>,
  input: ReleaseInput,
): Promise<PermittedStep & { kept: KeptOrder; rule: string }> {
  const permitted = await permitStep(deps, input);
  const rule = Object.hasOwn(permitted.step.concludes, input.name)
    ? permitted.step.concludes[input.name]
    : undefined;
  refuseUnknownConclusion(rule);
  const kept = deps.orders.find(input);
  refuseMissingInput(kept);
  return { ...permitted, kept, rule };
}

function readsOf(step: Step): string[] {
  return step.forEach === null ? step.inputs : [...step.inputs, step.forEach];
}

function isAt({ steps }: AnalysisManifest, id: string, place: Step['at']): boolean {
  return steps.find((step) => step.id === id)?.at === place;
}

function datasetOf({ definition }: Permit): { id: string; version: number } | null {
  return definition && { id: definition.id, version: definition.version };
}

async function believeAll(
  deps: OrderDeps,
  { run, conclusions }: RunJobInput,
  { resolved, step, permit: { custody } }: PermittedStep,
): Promise<ConclusionStatement[]> {
  const datasets = resolved.plan.datasets.map(({ id }) => id);
  refuseUnreadConclusion(conclusions, (ref: ConclusionRef) => {
    const isFar = !isAt(resolved.manifest, ref.step, step.at);
    const place = step.at === 'datasets' ? [ANYWHERE] : datasets;
    return readsOf(step).includes(ref.step) && isFar && place.includes(ref.dataset);
  });
  return Promise.all(conclusions.map((ref) => believe(deps, { run, ref, resolved, custody })));
}

/** Known here for a plain step, and for a list that came in as a conclusion. */
async function countShards(
  { inputs }: OrderDeps,
  { forEach }: JobOrder,
  { resolved, step, permit: { custody } }: PermittedStep,
): Promise<number | null> {
  if (forEach === null) return 1;
  if (forEach.kind === 'output') return null;
  const items = leadsOf(await readInput(inputs, forEach.conclusion.sha256)).size;
  const source = resolved.manifest.steps.find(({ id }) => id === forEach.conclusion.step);
  const most = source?.fansOut?.most ?? 0;
  refuseManyItems(items, step.at === 'datasets' ? Math.min(most, custody.policy.maxItems) : most);
  return items;
}

/** What the step is made of, through all that it reads: signed with its conclusions. */
function provenance(
  { resolved, permit: given }: PermittedStep,
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
    ...parts.statements.map(({ datasets, waived: left }) => ({ madeOf: datasets, waived: left })),
  ];
  const own = datasetOf(given);
  const read = new Set(sources.flatMap(({ madeOf }) => madeOf.map(({ id }) => id)));
  return {
    // In a dataset the people are its own, whoever chose the variants.
    madeOf: own ? [own] : resolved.plan.datasets.filter(({ id }) => read.has(id)),
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
