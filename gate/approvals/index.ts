/** Approvals of analyses, by digest: entries of the environment's chain and nothing else. */
import { ENVIRONMENT_CHAIN, type Ledger } from '../ledger/ledger.js';

export interface Approval {
  /** The analysis digest: what was read. */
  digest: string;
  /** `association@1.0.0`, for people. */
  name: string;
  by: string;
}

export function approve(ledger: Ledger, { digest, name, by }: Approval) {
  return ledger.append(ENVIRONMENT_CHAIN, {
    kind: 'approved',
    subject: digest,
    data: { name, by },
  });
}

/** Holds at once: every job and release asks again. */
export function revoke(ledger: Ledger, { digest, name, by }: Approval) {
  return ledger.append(ENVIRONMENT_CHAIN, { kind: 'revoked', subject: digest, data: { name, by } });
}

export function isApproved(ledger: Ledger, digest: string): boolean {
  return ledger.latest(ENVIRONMENT_CHAIN, digest, ['approved', 'revoked'])?.kind === 'approved';
}

/** Digests that are approved now. */
export function approvedDigests(ledger: Ledger): string[] {
  const subjects = ledger.entries(ENVIRONMENT_CHAIN).filter(({ kind }) => kind === 'approved');
  const digests = new Set(subjects.map(({ subject }) => subject));
  return [...digests].filter((digest) => isApproved(ledger, digest)).sort();
}
