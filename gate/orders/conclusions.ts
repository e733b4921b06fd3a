/** Conclusions that a task wants read: each has to bear a believed signature over this run, plan and step. */
import type { ConclusionRef, ConclusionStatement } from '../../contracts/conclusion.js';
import { signedStatementSchema } from '../../contracts/schemas/conclusion.js';
import {
  refuseOtherConclusion,
  refuseUnbelieved,
  refuseUnreleased,
  refuseUnsigned,
} from '../checks/conclusion.js';
import type { Custody } from '../custody.js';
import type { Inputs } from '../inputs/inputs.js';
import type { ResolvedPlan } from '../plans/plans.js';
import { Refusal } from '../refusal.js';
import type { GateParts } from '../parts.js';

export interface BelieveRequest {
  run: string;
  ref: ConclusionRef;
  resolved: ResolvedPlan;
  custody: Custody;
}

/** @throws Refusal `input-unavailable`, `conclusion-not-believed`, `conclusion-invalid` */
export async function believe(
  deps: GateParts,
  { run, ref, resolved, custody }: BelieveRequest,
): Promise<ConclusionStatement> {
  const signed = parseStatement(await readConclusion(deps.inputs, ref.statement));
  const { statement } = signed;
  const isOurs = custody.datasets.some(({ id }) => id === ref.dataset);
  const isHome = !isOurs || statement.environment === deps.environment;
  const key = isHome ? keyOf(statement.environment, custody, deps) : undefined;
  refuseUnbelieved(key);
  refuseUnsigned(signed, key);
  const source = resolved.manifest.steps.find(({ id }) => id === ref.step);
  refuseOtherConclusion(statement, ref, {
    run,
    plan: resolved.digest,
    analysis: resolved.plan.analysis.digest,
    rule: source?.concludes[ref.name],
  });
  refuseUnreleased(statement);
  deps.inputs.name(ref.sha256);
  return statement;
}

function keyOf(environment: string, { policy, pins }: Custody, own: GateParts) {
  if (environment === own.environment) return own.publicKey;
  const key = Object.hasOwn(policy.believes, environment)
    ? policy.believes[environment]
    : undefined;
  if (key !== 'pinned') return key;
  return Object.hasOwn(pins, environment) ? pins[environment] : undefined;
}

/** @throws Refusal `input-unavailable`, or `conclusion-invalid` when the exchange gave other bytes */
export function readConclusion(inputs: Inputs, digest: string): Promise<Buffer> {
  const faults = { unavailable: 'input-unavailable', tampered: 'conclusion-invalid' } as const;
  return inputs.bytes(digest, faults);
}

function parseStatement(bytes: Buffer) {
  try {
    return signedStatementSchema.parse(JSON.parse(bytes.toString('utf8')));
  } catch {
    throw new Refusal('conclusion-invalid');
  }
}
