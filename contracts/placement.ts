/** Where each part of a run may run: a decision with reasons, also for what was turned down. */

export interface Placement {
  /** The dataset, or `anywhere`. */
  dataset: string;
  environment: string;
  region: string;
  taskQueue: string;
  provider: string;
  /** Jobs at a time that the environment offers. */
  slots: number;
  /** Why this one, in words. */
  reasons: string[];
  rejected: RejectedAlternative[];
}

export interface RejectedAlternative {
  environment: string;
  provider: string | null;
  reasons: PlacementReason[];
}

/** Why an alternative was turned down. Each is true of the snapshot; removing it would change the verdict. */
export interface PlacementReason {
  code: PlacementReasonCode;
  sentence: string;
}

export type PlacementReasonCode =
  | 'not-home'
  | 'residency'
  | 'wall'
  | 'not-granted'
  | 'not-approved'
  | 'no-technology'
  | 'isolation'
  | 'resources'
  | 'down'
  | 'does-not-combine'
  | 'not-believed'
  | 'drained'
  | 'price'
  | 'queue';

export interface PlacementDecision {
  placements: Placement[];
  /** Datasets (or `anywhere`) without any permitted environment. */
  impossible: { dataset: string; rejected: RejectedAlternative[] }[];
  /** sha256 of the catalog snapshot that was decided on. */
  snapshot: string;
}
