/**
 * `policy.yaml`, the custodian's. No policy: nothing runs, nothing leaves. Keys, defaults and their sources are
 * listed in docs/adding-an-environment.md; keys of rules that this version does not have yet are refused.
 */
export interface Policy {
  wall: 'walled' | 'open';
  /** project -> datasets. */
  grants: Record<string, string[]>;
  /** Environment -> Ed25519 public key (base64url) or `pinned`. */
  believes: Record<string, string>;
  /** Why `summaryStatistics: open` is right; printed on screen. */
  reason: string | null;
  combines: boolean;
  summaryStatistics: 'review' | 'open';
  minCount: number;
  minPeople: number;
  minCases: number;
  minControls: number;
  minMAC: number;
  minCarriers: number;
  minMAF: number;
  maxParamsFrac: number;
  minResidualDof: number;
  maxLeverage: number;
  /** null: (minCount - 1) / minCount. */
  topShare: number | null;
  phenotypeShare: number;
  maxItems: number;
  maxBytes: number;
  digits: { estimates: number; pValues: number; frequencies: number };
  sandbox: { isolation: 'op' | 'platform'; floor: SandboxKind; providers: string[] };
}

/** From strongest to weakest. */
export type SandboxKind = 'bubblewrap' | 'unshare' | 'none';
export const SANDBOX_KINDS = ['bubblewrap', 'unshare', 'none'] as const;
