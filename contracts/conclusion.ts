/** A conclusion: a file that passed a release rule, signed by the gate; the only thing with a digest outside. */

/** How a conclusion is named in tasks: two files of the exchange, the bytes and the gate's statement. */
export interface ConclusionRef {
  step: string;
  /** The dataset, or `anywhere`. */
  dataset: string;
  name: string;
  /** sha256 of the bytes. */
  sha256: string;
  /** sha256 of the signed statement. */
  statement: string;
}

export type Verdict = 'pass' | 'review' | 'fail' | 'unchecked';

/** What the gate's signature covers. */
export interface ConclusionStatement {
  version: 1;
  environment: string;
  run: string;
  step: string;
  dataset: string;
  name: string;
  sha256: string;
  bytes: number;
  analysis: string;
  plan: string;
  /** Datasets with versions that it was made of. */
  datasets: { id: string; version: number }[];
  rule: string;
  policy: string;
  verdict: Verdict;
  /** Rows or cells dropped, by reason. */
  dropped: Record<string, number>;
  /** step -> ranges that a person waived. */
  waived: Record<string, string>;
  /** `op`: feeder and op were apart; `platform`: they were not. */
  isolation: 'op' | 'platform';
  ledger: { sequence: number; head: string };
}

/** A file of the exchange: canonical JSON. The signature is over the canonical JSON of `statement`. */
export interface SignedStatement {
  statement: ConclusionStatement;
  /** Ed25519, base64url. */
  signature: string;
}
