/** What the demo asks. */
import type { RunRequest } from '../../contracts/run.js';

export const DEMO_REQUEST: RunRequest = {
  project: 'drug-discovery',
  analysis: 'association',
  datasets: ['finland', 'britain', 'tuscany', 'utah'],
  parameters: {
    phenotype: 'ARSA',
    covariates: ['SEX', 'PC1', 'PC2', 'PC3'],
    leadThreshold: 1e-3,
    leadDistance: 500_000,
  },
};

/** The second asks anew, so that the same question makes a run of its own, which finds what is there. */
export function demoKey(now: Date): string {
  return `demo-${now.toISOString()}`;
}
