/** The DAG of the analysis `association`, as `planRun` tells it. */
import type { PlannedStep } from '../../contracts/activities.js';

function step(id: string, at: PlannedStep['at'], rest: Partial<PlannedStep> = {}): PlannedStep {
  return { id, at, isCut: false, inputs: [], forEach: null, concludes: [], fansOut: null, ...rest };
}

export const ASSOCIATION: PlannedStep[] = [
  step('windows', 'datasets', { isCut: true, fansOut: { list: 'windows', most: null } }),
  step('scan', 'datasets', { forEach: 'windows' }),
  step('rows', 'datasets', { inputs: ['scan'], concludes: ['rows'] }),
  step('combined', 'anywhere', { inputs: ['rows'] }),
  step('leads', 'anywhere', {
    inputs: ['combined'],
    concludes: ['leads'],
    fansOut: { list: 'leads', most: 10_000 },
  }),
  step('refine', 'datasets', { forEach: 'leads' }),
  step('refined', 'datasets', { inputs: ['refine'], concludes: ['rows'] }),
  step('publish', 'anywhere', {
    inputs: ['rows', 'combined', 'refined'],
    concludes: ['association', 'association-meta', 'hits', 'manhattan', 'qq'],
  }),
];

/** A list cut in each dataset, an op for each of its items, and the rows collected and concluded. */
export const SCAN_AND_ROWS: PlannedStep[] = ASSOCIATION.slice(0, 3);
