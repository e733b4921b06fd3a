/**
 * Question and result key: what decides a result's bits, and nothing else. Computed by the worker and the gate
 * here and by the feeder in `runtime/`; `contracts/fixtures/questions.json` holds both to the same values.
 */
import type { JobOrder } from '../job.js';
import { digestOf } from './canonical.js';

/** The op digest of the runtime's own cutter. */
export const CUTTER = 'cut-variants@1';

/**
 * The digest of what a step asks in one place. Cohort and model enter only where the op reads people or
 * genotypes; inputs enter by their own questions, conclusions by the sha256 of their bytes.
 * @param runtime the digest of the runtime, as the admission's manifest stated it.
 */
export function questionOf(order: Omit<JobOrder, 'question'>, runtime: string): string {
  return digestOf({
    op: order.op?.digest ?? CUTTER,
    runtime,
    parameters: order.parameters,
    reads: order.reads,
    dataset: order.dataset,
    model: order.model,
    cohort: order.cohort,
    reference: order.reference?.sha256 ?? null,
    list: listOf(order),
    inputs: Object.fromEntries(order.inputs.map(({ step, question }) => [step, question])),
    conclusions: order.conclusions
      .map(({ step, dataset, name, sha256 }) => [step, dataset, name, sha256].join('/'))
      .sort(),
    waived: order.waived,
    concludes: order.concludes,
    fansOut: order.fansOut,
  });
}

function listOf({ forEach }: Pick<JobOrder, 'forEach'>): string | null {
  if (forEach === null) return null;
  return forEach.kind === 'output' ? forEach.question : forEach.conclusion.sha256;
}

/** @param item the shard's item; null for a plain step. */
export function resultKeyOf(question: string, item: unknown): string {
  return digestOf({ question, item });
}

/** Launch name of a job: the same parts, the same name; 43 characters of `[a-z2-7-]`. */
export function launchName(job: {
  run: string;
  step: string;
  dataset: string;
  shards: string;
  try: number;
}): string {
  const { run, step, dataset, shards } = job;
  const hex = digestOf({ run, step, dataset, shards, try: job.try });
  return `cl-${base32(Buffer.from(hex, 'hex')).slice(0, 40)}`;
}

export function base32(bytes: Uint8Array): string {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{5}/g) ?? [])
    .map((quintet) => alphabet[Number.parseInt(quintet, 2)])
    .join('');
}
