/** The order of a job, from the admitted plan: nothing of it is the request's, save what was checked. */
import type { Op, Step } from '../../contracts/analysis.js';
import type { DatasetDefinition } from '../../contracts/dataset.js';
import type { ConclusionRef } from '../../contracts/conclusion.js';
import type { JobOrder, ListSource } from '../../contracts/job.js';
import { opDigest } from '../../contracts/schemas/bundle.js';
import { questionOf } from '../../contracts/schemas/question.js';
import type { Admission } from '../admissions/book.js';
import { refuseMissingInput } from '../checks/job.js';
import type { ResolvedPlan } from '../plans/plans.js';
import { Refusal } from '../refusal.js';
import { EMPTY_FAN_OUT_QUESTION, mayBeEmpty } from './empty-fan-out.js';
import type { KeptOrder } from './order-book.js';

export interface OrderParts {
  resolved: ResolvedPlan;
  admission: Admission;
  step: Step;
  /** Null for `anywhere`. */
  definition: DatasetDefinition | null;
  /** Verified. */
  conclusions: ConclusionRef[];
  waived: Record<string, string>;
  /** Orders of steps at the same place. */
  near: (step: string) => KeptOrder | undefined;
}

/** What the runtime's own cutter reads and gets. */
const CUTTER: Pick<Op, 'reads' | 'memoryBytes' | 'cpus'> = {
  reads: ['variants'],
  memoryBytes: 2 ** 30,
  cpus: 1,
};
/** Wall time of one shard. */
const MOST_SHARD_SECONDS = 3600;

export function buildOrder(parts: OrderParts): JobOrder {
  const { resolved, admission, step, conclusions } = parts;
  const { plan, bundle } = resolved;
  const { reads, memoryBytes, cpus } = opOf(parts) ?? CUTTER;
  const order: Omit<JobOrder, 'question'> = {
    analysis: plan.analysis.digest,
    plan: resolved.digest,
    op: step.op === null ? null : { name: step.op, digest: opDigest(bundle, step.op) },
    parameters: parametersOf(parts),
    reads,
    ...dataOf(parts, reads),
    forEach: listOf(parts),
    inputs: nearInputs(parts),
    conclusions: conclusions.filter((ref) => step.inputs.includes(ref.step)).sort(byName),
    waived: parts.waived,
    concludes: step.concludes,
    fansOut: step.fansOut,
    limits: { seconds: MOST_SHARD_SECONDS, memoryBytes, cpus },
  };
  return { ...order, question: questionOf(order, admission.runtime) };
}

/** Null for a cut. */
function opOf({ resolved, step }: OrderParts): Op | null {
  if (step.op === null) return null;
  const op = resolved.manifest.ops[step.op];
  if (op === undefined) throw new Refusal('plan-invalid');
  return op;
}

/** The parameters that the op declares, and no others; of a cut the number of blocks. */
function parametersOf(parts: OrderParts): Record<string, unknown> {
  const given = new Map(Object.entries(parts.resolved.plan.parameters));
  const take = (name: string): unknown => {
    if (!given.has(name)) throw new Refusal('plan-invalid');
    return given.get(name);
  };
  const op = opOf(parts);
  if (op === null) return { blocks: take(parts.step.blocks ?? '') };
  return Object.fromEntries(op.parameters.map((name) => [name, take(name)]));
}

/** Model and cohort only where the op reads people; the list of variants where alleles matter. */
function dataOf(
  { resolved, admission, step, definition }: OrderParts,
  reads: Op['reads'],
): Pick<JobOrder, 'model' | 'cohort' | 'dataset' | 'reference'> {
  const doesRead = (...kinds: Op['reads']) => kinds.some((kind) => reads.includes(kind));
  const isPersonal = doesRead('people', 'genotypes');
  const isPlaced = step.cut !== null || doesRead('reference', 'genotypes');
  const { data } = admission;
  return {
    model: isPersonal ? resolved.model : null,
    cohort: isPersonal ? admission.cohort : null,
    dataset:
      definition && data !== null
        ? { id: definition.id, version: definition.version, digest: data }
        : null,
    reference: isPlaced ? resolved.plan.reference : null,
  };
}

function isNear({ resolved, step }: OrderParts, id: string): boolean {
  return resolved.manifest.steps.find((other) => other.id === id)?.at === step.at;
}

function questionHere({ near, resolved }: OrderParts, id: string): string {
  const { steps } = resolved.manifest;
  const step = steps.find((other) => other.id === id);
  const kept = near(id);
  if (!kept && mayBeEmpty(steps, step, (other) => near(other) !== undefined))
    return EMPTY_FAN_OUT_QUESTION;
  refuseMissingInput(kept);
  return kept.order.question;
}

function nearInputs(parts: OrderParts): JobOrder['inputs'] {
  const ids = parts.step.inputs.filter((id) => isNear(parts, id));
  return ids.map((step) => ({ step, question: questionHere(parts, step) }));
}

function listOf(parts: OrderParts): ListSource | null {
  const step = parts.step.forEach;
  if (step === null) return null;
  const list = parts.resolved.manifest.steps.find(({ id }) => id === step)?.fansOut?.list;
  if (list === undefined) throw new Refusal('plan-invalid');
  if (isNear(parts, step))
    return { kind: 'output', step, list, question: questionHere(parts, step) };
  const found = parts.conclusions.filter((ref) => ref.step === step && ref.name === list);
  const [conclusion] = found;
  if (conclusion === undefined || found.length > 1) throw new Refusal('conclusion-invalid');
  return { kind: 'conclusion', conclusion };
}

function byName(a: ConclusionRef, b: ConclusionRef): number {
  const nameOf = ({ step, dataset, name }: ConclusionRef) => `${step}/${dataset}/${name}`;
  return nameOf(a) < nameOf(b) ? -1 : 1;
}
