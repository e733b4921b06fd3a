import { describe, expect, it } from 'vitest';
import type { PlannedStep } from '../../contracts/activities.js';
import type { ConclusionRef } from '../../contracts/conclusion.js';
import {
  conclusionsFor,
  listNodeOf,
  needsOf,
  nodesOf,
  waivedFor,
  type StepNode,
} from '../../workflows/step-node.js';
import { ASSOCIATION } from './association.js';

const DATASETS = ['finland', 'britain'];

function dag(steps: PlannedStep[] = ASSOCIATION) {
  const placements = [...DATASETS, 'anywhere'].map((dataset) => ({
    dataset,
    environment: dataset,
    region: 'eu',
    taskQueue: `eu.${dataset}`,
    provider: 'local',
    slots: 1,
    reasons: [],
    rejected: [],
  }));
  const analysis = { name: 'a', version: '1.0.0', digest: '', title: '' };
  const limits = { batch: 'auto' as const, pageShards: 500 };
  const nodes = nodesOf({ plan: '', analysis, datasets: DATASETS, steps, limits }, placements);
  const node = (step: string, dataset: string): StepNode => {
    const found = nodes.find((one) => one.step.id === step && one.dataset === dataset);
    if (!found) throw new Error(`no ${step}@${dataset}`);
    return found;
  };
  return { nodes, node };
}

function concluded(node: StepNode, ...names: string[]): void {
  node.conclusions = names.map((name): ConclusionRef => ({
    step: node.step.id,
    dataset: node.dataset,
    name,
    sha256: '',
    statement: '',
  }));
}

function keys(nodes: StepNode[]): string[] {
  return nodes.map(({ step, dataset }) => `${step.id}@${dataset}`);
}

describe('the DAG of a run', () => {
  it('has each step once in each of its places', () => {
    const { nodes } = dag();
    expect(nodes).toHaveLength(5 * 2 + 3);
    expect(new Set(keys(nodes)).size).toBe(nodes.length);
  });

  it('reads near what was made at the same place, far what was made elsewhere', () => {
    const { nodes, node } = dag();
    const needs = (step: string, dataset: string) => {
      const { near, far } = needsOf(node(step, dataset), nodes);
      return { near: keys(near), far: keys(far) };
    };
    expect(needs('rows', 'finland')).toEqual({ near: ['scan@finland'], far: [] });
    expect(needs('combined', 'anywhere').far).toEqual(['rows@finland', 'rows@britain']);
    expect(needs('refine', 'britain')).toEqual({ near: [], far: ['leads@anywhere'] });
    expect(needs('publish', 'anywhere').near).toEqual(['combined@anywhere']);
  });

  it('gives a for-each step the list alone, and a step that reads it whole every conclusion', () => {
    const { nodes, node } = dag();
    concluded(node('leads', 'anywhere'), 'leads', 'notes');
    const names = (step: StepNode) =>
      conclusionsFor(step, needsOf(step, nodes)).map(({ name }) => name);
    const refine = node('refine', 'finland');
    expect(names(refine)).toEqual(['leads']);
    expect(listNodeOf(refine, needsOf(refine, nodes))).toBe(node('leads', 'anywhere'));
    refine.step = { ...refine.step, inputs: ['leads'] };
    expect(names(refine)).toEqual(['leads', 'notes']);
  });

  it('tells a reader the waived shards of its own place', () => {
    const { nodes, node } = dag();
    const scan = node('scan', 'finland');
    scan.sums = { ...scan.sums, waived: '3-5' };
    const waived = (dataset: string) => waivedFor(needsOf(node('rows', dataset), nodes));
    expect(waived('finland')).toEqual({ scan: '3-5' });
    expect(waived('britain')).toEqual({});
  });
});
