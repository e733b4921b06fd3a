/** The DAG of a run: one node for each step in each of its places. */
import type {
  PlanRunResult,
  PlannedStep,
  Selection,
  SumPagesResult,
} from '../contracts/activities.js';
import type { Code } from '../contracts/codes.js';
import type { ConclusionRef } from '../contracts/conclusion.js';
import { ANYWHERE } from '../contracts/names.js';
import type { Placement } from '../contracts/placement.js';
import type { StepState } from '../contracts/run.js';
import { EMPTY_BOOKS } from '../contracts/shards.js';

/** What a person decided of a step that waits: shards to run again, or null when the rest is waived. */
export interface Decision {
  selection: Selection | null;
}

export interface StepNode {
  step: PlannedStep;
  /** The dataset, or `anywhere`. */
  dataset: string;
  placement: Placement;
  state: StepState;
  /** Books, codes, counts and ranges as last summed. */
  sums: SumPagesResult;
  /** Why it waits for a person. */
  code: Code | null;
  /** Whether it is its release that waits, not its shards. */
  isReleasing: boolean;
  /** Every shard is done or waived: steps at the same place may read it. */
  isMade: boolean;
  /** Its conclusions are accepted: steps elsewhere may read them. */
  isDone: boolean;
  conclusions: ConclusionRef[];
  try: number;
  opFailures: number;
  decision: Decision | null;
  /** An Update is at work on it, so that no second one may be. */
  isDeciding: boolean;
}

export function stepKey(step: string, dataset: string): string {
  return `${step}@${dataset}`;
}

export const NO_SUMS: SumPagesResult = {
  books: EMPTY_BOOKS,
  codes: {},
  counts: {},
  failed: '',
  open: '',
  waived: '',
};

/** @returns nodes in the order of the manifest, which names inputs before their readers. */
export function nodesOf(plan: PlanRunResult, placements: readonly Placement[]): StepNode[] {
  const byDataset = new Map(placements.map((placement) => [placement.dataset, placement]));
  return plan.steps.flatMap((step) => {
    const places = step.at === 'anywhere' ? [ANYWHERE] : plan.datasets;
    return places.flatMap((dataset) => {
      const placement = byDataset.get(dataset);
      return placement ? [nodeOf(step, dataset, placement)] : [];
    });
  });
}

function nodeOf(step: PlannedStep, dataset: string, placement: Placement): StepNode {
  return {
    step,
    dataset,
    placement,
    state: 'waiting',
    sums: NO_SUMS,
    code: null,
    isReleasing: false,
    isMade: false,
    isDone: false,
    conclusions: [],
    try: 0,
    opFailures: 0,
    decision: null,
    isDeciding: false,
  };
}

/** Nodes that one reads: `near` at the same place, as outputs; `far` elsewhere, as conclusions. */
export interface Needs {
  near: StepNode[];
  far: StepNode[];
}

export function needsOf(node: StepNode, nodes: readonly StepNode[]): Needs {
  const { inputs, forEach, at } = node.step;
  const read = nodes.filter(({ step }) => inputs.includes(step.id) || step.id === forEach);
  const near = read.filter(({ step, dataset }) => step.at === at && dataset === node.dataset);
  return { near, far: read.filter(({ step }) => step.at !== at) };
}

/** The node whose list gives the shards of a for-each step. */
export function listNodeOf(node: StepNode, { near, far }: Needs): StepNode | undefined {
  return [...near, ...far].find(({ step }) => step.id === node.step.forEach);
}

/**
 * Conclusions that a step reads. Of a list read elsewhere it is told the list alone: pages carry it with
 * every job.
 */
export function conclusionsFor(node: StepNode, { far }: Needs): ConclusionRef[] {
  return far.flatMap(({ step, conclusions }) => {
    if (node.step.inputs.includes(step.id)) return conclusions;
    return conclusions.filter(({ name }) => name === step.fansOut?.list);
  });
}

/** step -> waived ranges of what it reads at the same place. */
export function waivedFor({ near }: Needs): Record<string, string> {
  return Object.fromEntries(
    near.flatMap(({ step, sums }) => (sums.waived === '' ? [] : [[step.id, sums.waived]])),
  );
}
