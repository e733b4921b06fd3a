/**
 * What a run resolves to before anything starts: canonical JSON of at most 64 KiB in the exchange, named by
 * its sha256. It holds no run id and no time, so the same question makes the same plan.
 */
export interface Plan {
  version: 1;
  project: string;
  analysis: { name: string; version: string; digest: string };
  parameters: Record<string, unknown>;
  /** Sorted by id. `version` is the custodian's ordinal as offered when the run was planned. */
  datasets: PlannedDataset[];
  /** The world's list of variants (CHROM POS ID REF ALT), a file of the exchange; null without one. */
  reference: { build: string; sha256: string } | null;
  limits: PlanLimits;
}

export interface PlannedDataset {
  id: string;
  version: number;
}

export interface PlanLimits {
  /** Shards in one job: a number, or sized by the platform. */
  batch: number | 'auto';
  /** Shards in one page; the platform's own bound holds as well. */
  pageShards: number;
}

export const MOST_PLAN_BYTES = 64 * 1024;
