/** What a valid request resolves to, and the bounds on it. */
import { MOST_STEPS_TIMES_DATASETS } from '../../contracts/analysis.js';
import { MOST_PLAN_BYTES, type Plan } from '../../contracts/plan.js';
import type { RunRequest } from '../../contracts/run.js';
import { canonicalJson } from '../../contracts/schemas/canonical.js';
import type { Analysis } from '../../contracts/schemas/load-analysis.js';
import type { World } from '../../contracts/world.js';
import type { Fault } from '../refusal.js';
import type { ChosenDataset } from './datasets.js';

/** As many as one page may hold; the Workflow lowers it with the size of a batch. */
const MOST_PAGE_SHARDS = 500;

export interface PlanParts {
  world: World;
  analysis: Analysis;
  /** With defaults. */
  parameters: Record<string, unknown>;
  chosen: readonly ChosenDataset[];
  limits: RunRequest['limits'];
  project: string;
}

export function makePlan({
  world,
  analysis,
  parameters,
  chosen,
  limits,
  project,
}: PlanParts): Plan {
  const { name, version } = analysis.manifest;
  const { reference } = world;
  return {
    version: 1,
    project,
    analysis: { name, version, digest: analysis.digest },
    parameters,
    datasets: chosen
      .map(({ id, offered }) => ({ id, version: offered.version }))
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
    reference: reference && { build: reference.build, sha256: reference.sha256 },
    limits: { batch: limits?.batch ?? 'auto', pageShards: limits?.pageShards ?? MOST_PAGE_SHARDS },
  };
}

/** The file of the exchange that a plan is. */
export function planBytes(plan: Plan): Buffer {
  return Buffer.from(canonicalJson(plan), 'utf8');
}

export function findSizeFaults(plan: Plan, { manifest }: Analysis): Fault[] {
  const faults: Fault[] = [];
  const steps = manifest.steps.length * plan.datasets.length;
  if (steps > MOST_STEPS_TIMES_DATASETS) {
    const detail = `${manifest.steps.length} steps times ${plan.datasets.length} datasets are ${steps}`;
    faults.push({ code: 'too-many-steps', pointer: '/datasets', detail, nearest: [] });
  }
  const bytes = planBytes(plan).byteLength;
  if (bytes > MOST_PLAN_BYTES) {
    const detail = `the plan would have ${bytes} bytes`;
    faults.push({ code: 'plan-too-large', pointer: '/parameters', detail, nearest: [] });
  }
  return faults;
}
