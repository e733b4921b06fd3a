/** The order of a job, from the admitted plan: nothing of it is the request's, save what was checked. */
import type { Op, Step } from '../../contracts/analysis.js';
import type { ConclusionRef } from '../../contracts/conclusion.js';
import type { JobOrder, ListSource } from '../../contracts/job.js';
import { opDigest } from '../../contracts/schemas/bundle.js';
import { questionOf } from '../../contracts/schemas/question.js';
import type { Admission } from '../admissions/book.js';
import { refuseMissingInput } from '../checks/job.js';
import type { ResolvedPlan } from '../plans/plans.js';
import { Refusal } from '../refusal.js';
import type { KeptOrder } from './order-book.js';

/** Wall time of one shard, and what the runtime's own cutter gets. */
const MOST_SHARD_SECONDS = 3600;
const CUTTER_MEMORY_BYTES = 2 ** 30;

export interface OrderParts {
  resolved: ResolvedPlan;
  admission: Admission;
  step: Step;
  dataset: { id: string; version: number } | null;
  /** Verified. */
  conclusions: ConclusionRef[];
  waived: Record<string, string>;
  /** Orders of steps at the same place. */
  near: (step: string) => KeptOrder | undefined;
}

export function buildOrder(parts: OrderParts): JobOrder {
  const { resolved, admission, step, dataset, waived } = parts;
  const { plan, manifest, bundle } = resolved;
  const op = step.op === null ? null : manifest.ops[step.op];
  if (op === undefined) throw new Refusal('plan-invalid');
  const reads: Op['reads'] = op === null ? ['variants'] : op.reads;
  const isPersonal = op !== null && (reads.includes('people') || reads.includes('genotypes'));
  const isPlaced = op === null || reads.includes('reference') || reads.includes('genotypes');
  const order: Omit<JobOrder, 'question'> = {
    analysis: plan.analysis.digest,
    plan: resolved.digest,
    op: step.op === null ? null : { name: step.op, digest: opDigest(bundle, step.op) },
    parameters: parametersOf(step, op, plan.parameters),
    reads,
    model: isPersonal ? resolved.model : null,
    cohort: isPersonal ? admission.cohort : null,
    dataset: dataset && admission.data !== null ? { ...dataset, digest: admission.data } : null,
    reference: isPlaced ? plan.reference : null,
    forEach: listOf(parts),
    inputs: nearInputs(parts),
    conclusions: parts.conclusions
      .filter((ref) => step.inputs.includes(ref.step))
      .sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)),
    waived,
    concludes: step.concludes,
    fansOut: step.fansOut,
    limits: {
      seconds: MOST_SHARD_SECONDS,
      memoryBytes: op?.memoryBytes ?? CUTTER_MEMORY_BYTES,
      cpus: op?.cpus ?? 1,
    },
  };
  return { ...order, question: questionOf(order, admission.runtime) };
}

function nameOf({ step, dataset, name }: ConclusionRef): string {
  return `${step}/${dataset}/${name}`;
}

/** The parameters that the op declares, and no others; of a cut the number of blocks. */
function parametersOf(step: Step, op: Op | null, given: Record<string, unknown>) {
  const take = (name: string): unknown => {
    if (!Object.hasOwn(given, name)) throw new Refusal('plan-invalid');
    return given[name];
  };
  if (op === null) return { blocks: take(step.blocks ?? '') };
  return Object.fromEntries(op.parameters.map((name) => [name, take(name)]));
}

function isNear({ resolved, step }: OrderParts, id: string): boolean {
  return resolved.manifest.steps.find((other) => other.id === id)?.at === step.at;
}

function nearInputs(parts: OrderParts): JobOrder['inputs'] {
  const ids = parts.step.inputs.filter((id) => isNear(parts, id));
  return ids.map((id) => {
    const kept = parts.near(id);
    refuseMissingInput(kept);
    return { step: id, question: kept.order.question };
  });
}

function listOf(parts: OrderParts): ListSource | null {
  const { step, resolved, conclusions } = parts;
  if (step.forEach === null) return null;
  const list = resolved.manifest.steps.find(({ id }) => id === step.forEach)?.fansOut?.list;
  if (list === undefined) throw new Refusal('plan-invalid');
  if (isNear(parts, step.forEach)) {
    const kept = parts.near(step.forEach);
    refuseMissingInput(kept);
    return { kind: 'output', step: step.forEach, list, question: kept.order.question };
  }
  const found = conclusions.filter((ref) => ref.step === step.forEach && ref.name === list);
  const [conclusion] = found;
  if (conclusion === undefined || found.length > 1) throw new Refusal('conclusion-invalid');
  return { kind: 'conclusion', conclusion };
}
