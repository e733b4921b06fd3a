/** What a plan asks of the places that do its parts. */
import { CUTTER } from '../../contracts/schemas/question.js';
import type { AnalysisManifest, Place, Step, Technology } from '../../contracts/analysis.js';
import type { Plan, PlannedDataset } from '../../contracts/plan.js';
import type { Analysis } from '../../contracts/schemas/load-analysis.js';

export interface PlacementNeeds {
  project: string;
  /** Digest. */
  analysis: string;
  datasets: PlannedDataset[];
  /** Of the steps at datasets. */
  ops: OpNeeds[];
  /** Of the steps at anywhere; null without such steps. */
  combining: CombiningNeeds | null;
}

export interface OpNeeds {
  name: string;
  /** One of them; empty: any. */
  technologies: Technology[];
  cpus: number;
  memoryBytes: number;
}

export interface CombiningNeeds {
  ops: OpNeeds[];
  /** It reads conclusions of the datasets: it has to believe their homes. */
  readsDatasets: boolean;
  /** Steps at datasets read its conclusions: their homes have to believe it. */
  isReadByDatasets: boolean;
  /** It concludes files as they are, which only an open environment lets out. */
  publishesFiles: boolean;
}

export function needsOf({ manifest }: Pick<Analysis, 'manifest'>, plan: Plan): PlacementNeeds {
  const anywhere = manifest.steps.filter(({ at }) => at === 'anywhere');
  return {
    project: plan.project,
    analysis: plan.analysis.digest,
    datasets: plan.datasets,
    ops: opsAt(manifest, 'datasets'),
    combining:
      anywhere.length === 0
        ? null
        : {
            ops: opsAt(manifest, 'anywhere'),
            readsDatasets: crosses(manifest, 'datasets', 'anywhere'),
            isReadByDatasets: crosses(manifest, 'anywhere', 'datasets'),
            publishesFiles: anywhere.some(publishesFiles),
          },
  };
}

function opsAt({ steps, ops }: AnalysisManifest, at: Place): OpNeeds[] {
  const names = new Set(steps.filter((step) => step.at === at).map(({ op }) => op));
  return [...names].map((name) => {
    const op = name === null ? undefined : ops[name];
    if (name === null || op === undefined)
      return { name: CUTTER, technologies: [], cpus: 1, memoryBytes: 0 };
    const { technologies, cpus, memoryBytes } = op;
    return { name, technologies, cpus, memoryBytes };
  });
}

function crosses({ steps }: AnalysisManifest, from: Place, to: Place): boolean {
  const sources = new Set(steps.filter(({ at }) => at === from).map(({ id }) => id));
  return steps.some(
    ({ at, inputs, forEach }) =>
      at === to &&
      [...inputs, ...(forEach === null ? [] : [forEach])].some((id) => sources.has(id)),
  );
}

function publishesFiles({ concludes }: Step): boolean {
  return Object.values(concludes).some((rule) => rule === 'file' || rule.startsWith('file@'));
}
