/**
 * Release: judged, signed and recorded in one transaction; only then do bytes leave. A gate that dies in between
 * sends the same bytes under the same signature when it is asked again.
 */
import { z } from 'zod';
import type { ConclusionStatement, SignedStatement } from '../../contracts/conclusion.js';
import { canonicalJson, digestOf, sha256 } from '../../contracts/schemas/canonical.js';
import { failpoint } from '../../contracts/schemas/failpoint.js';
import { signJson } from '../../contracts/schemas/sign.js';
import { releaseInputSchema } from '../../contracts/schemas/wire.js';
import type { ReleaseInput, ReleaseResult } from '../../contracts/wire/index.js';
import { chainOf } from '../admissions/admit.js';
import { refuseMalformed } from '../checks/task.js';
import { readConclusion } from '../orders/conclusions.js';
import { readsEmptyListFromElsewhere } from '../orders/empty-fan-out.js';
import { orderRelease, type OrderedRelease } from '../orders/order-job.js';
import { log } from '../log.js';
import { Refusal } from '../refusal.js';
import { leadsOf } from '../rules/variant-list.js';
import { atomically } from '../state/database.js';
import type { GateParts } from '../parts.js';
import { readJobFiles } from './job-files.js';
import { judge } from './judge.js';
import type { ReleasedBytes } from './release-book.js';

export interface ReleaseRequest extends ReleaseInput {
  /** Name of the job's folder in the artifact store. */
  directory: string;
}

const directorySchema = z.looseObject({ directory: z.string().max(64) });

/** @throws Refusal `wire-invalid` */
export function parseReleaseRequest(value: unknown): ReleaseRequest {
  const { directory, ...input } = refuseMalformed(directorySchema, value);
  return { ...refuseMalformed(releaseInputSchema, input), directory };
}

/** Idempotent. @throws Refusal; one that stands is recorded */
export async function release(deps: GateParts, request: ReleaseRequest): Promise<ReleaseResult> {
  try {
    const signed = await decide(deps, request, await orderRelease(deps, request));
    failpoint('gate-released');
    return await send(deps, signed);
  } catch (error) {
    if (error instanceof Refusal) record(deps, request, error);
    throw error;
  }
}

async function decide(
  deps: GateParts,
  request: ReleaseRequest,
  ordered: OrderedRelease,
): Promise<SignedStatement> {
  const { db, releases, artifacts, feederKey } = deps;
  const { run, step, dataset, name, directory } = request;
  const leads = await readLeads(deps, request, ordered);
  const files = readJobFiles(artifacts, directory);
  const result = judge({ ...ordered, ...ordered.custody, files, feederKey, dataset, name, leads });
  const { policyDigest } = ordered.custody;
  const key = [dataset, ordered.kept.order.question, name, ordered.rule, policyDigest];
  const before = releases.released.get(...key);
  const { verdict, dropped, bytes } = result;
  const fresh = { sha256: releases.writeBytes(bytes), bytes: bytes.length, verdict, dropped };
  const released = before ?? fresh;
  return atomically(db, () => {
    const signed = releases.signed.get(run, step, dataset, name, policyDigest);
    if (signed?.statement.sha256 === released.sha256) return signed;
    releases.released.keep(released, ...key);
    const statement = sign(deps, request, { ordered, released });
    releases.signed.put(statement, run, step, dataset, name, policyDigest);
    return statement;
  });
}

/** Items that the rows of a step were conditioned on: of the list that the steps it reads ran over. */
async function readLeads(
  { orders, inputs }: GateParts,
  { run, dataset }: ReleaseRequest,
  { kept, resolved }: OrderedRelease,
): Promise<Set<string> | null> {
  if (readsEmptyListFromElsewhere(kept.order, resolved.manifest.steps)) return new Set();
  const sources = kept.order.inputs.map(({ step }) => orders.find({ run, step, dataset })?.order);
  const list = sources.find((order) => order?.forEach?.kind === 'conclusion')?.forEach;
  if (list?.kind !== 'conclusion') return null;
  return leadsOf(await readConclusion(inputs, list.conclusion.sha256));
}

/** The entry first: the signature names its place in the ledger. */
function sign(
  { custody, ledger, environment, signingKey }: GateParts,
  { run, step, dataset, name }: ReleaseRequest,
  { ordered, released }: { ordered: OrderedRelease; released: ReleasedBytes },
): SignedStatement {
  const { kept, rule } = ordered;
  const { order, madeOf: datasets, waived } = kept;
  const { policy, policyDigest } = ordered.custody;
  const { plan, analysis, question } = order;
  const about = { step, dataset, name, rule, ...released, plan, analysis, policy: policyDigest };
  const model = order.model === null ? null : digestOf([order.model, order.cohort]);
  const data = { ...about, question, model };
  const statement: ConclusionStatement = {
    version: 1,
    environment,
    run,
    ...about,
    datasets,
    waived,
    isolation: policy.sandbox.isolation,
    ledger: ledger.append(chainOf(custody, dataset), { kind: 'released', subject: run, data }),
  };
  return { statement, signature: signJson(statement, signingKey) };
}

async function send(
  { exchange, releases, inputs }: GateParts,
  signed: SignedStatement,
): Promise<ReleaseResult> {
  const { name, sha256: digest, bytes, verdict, dropped } = signed.statement;
  const text = Buffer.from(canonicalJson(signed));
  const statement = sha256(text);
  try {
    await exchange.put(digest, releases.readBytes(digest));
    await exchange.put(statement, text);
  } catch (error) {
    log.warn({ error: String(error) }, 'a conclusion could not be sent yet');
    throw new Refusal('platform-failed');
  }
  failpoint('gate-sent');
  inputs.name(digest, statement);
  return { conclusions: [{ name, sha256: digest, statement, bytes }], verdict, dropped };
}

/** What waits is recorded once, what is refused each time. */
function record(deps: GateParts, request: ReleaseRequest, { code, isRetryable }: Refusal): void {
  const { run, step, dataset, name } = request;
  const isWaiting = code === 'in-review';
  if (isRetryable && !isWaiting) return;
  const kind = isWaiting ? 'release-waits' : 'release-refused';
  const chain = chainOf(deps.custody, dataset);
  const subject = [run, step, name].join('/');
  if (isWaiting && deps.ledger.latest(chain, subject, [kind, 'released'])) return;
  deps.ledger.append(chain, { kind, subject, data: { step, dataset, name, code } });
}
