/**
 * Release: judged, signed and recorded in one transaction; only then do bytes leave. A gate that dies in between
 * sends the same bytes under the same signature when it is asked again.
 */
import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { ConclusionStatement, SignedStatement } from '../../contracts/conclusion.js';
import { canonicalJson, digestOf, sha256 } from '../../contracts/schemas/canonical.js';
import { failpoint } from '../../contracts/schemas/failpoint.js';
import { signJson } from '../../contracts/schemas/sign.js';
import { releaseInputSchema } from '../../contracts/schemas/wire.js';
import type { ReleaseInput, ReleaseResult } from '../../contracts/wire/index.js';
import { chainOf } from '../admissions/admit.js';
import { refuseMalformed } from '../checks/task.js';
import type { Exchange } from '../inputs/exchange.js';
import type { Inputs } from '../inputs/inputs.js';
import { readInput } from '../orders/conclusions.js';
import { orderRelease, type OrderDeps } from '../orders/order-job.js';
import { log } from '../log.js';
import { Refusal } from '../refusal.js';
import { leadsOf } from '../rules/variant-list.js';
import { atomically, type Db } from '../state/database.js';
import { readJobFiles } from './job-files.js';
import { judge } from './judge.js';
import type { ReleaseBook, ReleasedBytes } from './release-book.js';

export interface ReleaseRequest extends ReleaseInput {
  /** Name of the job's folder in the artifact store. */
  directory: string;
}

export interface ReleaseDeps extends Omit<OrderDeps, 'inputs'> {
  db: Db;
  inputs: Inputs;
  exchange: Exchange;
  book: ReleaseBook;
  artifacts: string;
  feederKey: string;
  signingKey: KeyObject;
}

type Ordered = Awaited<ReturnType<typeof orderRelease>>;

/** Idempotent. @throws Refusal; a refusal that stands is recorded. */
export async function release(deps: ReleaseDeps, request: ReleaseRequest): Promise<ReleaseResult> {
  try {
    const ordered = await orderRelease(deps, request);
    const signed = await decide(deps, request, ordered);
    failpoint('gate-released');
    return await send(deps, signed);
  } catch (error) {
    record(deps, request, error);
    throw error;
  }
}

async function decide(
  deps: ReleaseDeps,
  request: ReleaseRequest,
  ordered: Ordered,
): Promise<SignedStatement> {
  const { kept, rule, admission, permit } = ordered;
  const { policy, policyDigest } = permit.custody;
  const { dataset, name } = request;
  const leads = await readLeads(deps, request, ordered);
  const files = readJobFiles(deps.artifacts, request.directory);
  const { feederKey } = deps;
  const { runtime } = admission;
  const result = judge({ files, feederKey, kept, dataset, name, rule, runtime, policy, leads });
  const { question } = kept.order;
  const key = { dataset, question, name, rule, policy: policyDigest };
  const before = deps.book.released(key);
  const released = before ?? {
    sha256: deps.book.writeBytes(result.bytes),
    bytes: result.bytes.length,
    dropped: result.dropped,
    verdict: result.verdict,
  };
  return atomically(deps.db, () => {
    const signedKey = { ...request, policy: policyDigest };
    const signed = deps.book.signed(signedKey);
    if (signed?.statement.sha256 === released.sha256) return signed;
    if (!before) deps.book.keepReleased(key, released);
    const fresh = sign(deps, request, { ordered, released });
    deps.book.keepSigned(signedKey, fresh);
    return fresh;
  });
}

/** Items that the rows of a step were conditioned on: of the list that the steps it reads ran over. */
async function readLeads(
  { orders, inputs }: ReleaseDeps,
  { run, dataset }: ReleaseRequest,
  { kept }: Ordered,
): Promise<Set<string> | null> {
  const sources = kept.order.inputs.map(({ step }) => orders.find({ run, step, dataset })?.order);
  const lists = sources.flatMap((order) =>
    order?.forEach?.kind === 'conclusion' ? [order.forEach.conclusion.sha256] : [],
  );
  if (lists.length === 0) return null;
  const leads = await Promise.all(
    lists.map(async (list) => leadsOf(await readInput(inputs, list))),
  );
  return new Set(leads.flatMap((items) => [...items]));
}

/** The entry first: the signature names its place in the ledger. */
function sign(
  deps: ReleaseDeps,
  { run, step, dataset, name }: ReleaseRequest,
  { ordered, released }: { ordered: Ordered; released: ReleasedBytes },
): SignedStatement {
  const { kept, rule, permit } = ordered;
  const { order, madeOf, waived } = kept;
  const about = { step, name, rule, ...released, plan: order.plan, analysis: order.analysis };
  const ledger = deps.ledger.append(chainOf(deps.custody, dataset), {
    kind: 'released',
    subject: run,
    data: {
      ...about,
      dataset,
      question: order.question,
      model: order.model === null ? null : digestOf([order.model, order.cohort]),
      policy: permit.custody.policyDigest,
    },
  });
  const statement: ConclusionStatement = {
    version: 1,
    environment: deps.environment,
    run,
    dataset,
    ...about,
    datasets: madeOf,
    policy: permit.custody.policyDigest,
    waived,
    isolation: permit.custody.policy.sandbox.isolation,
    ledger,
  };
  return { statement, signature: signJson(statement, deps.signingKey) };
}

async function send(
  { exchange, book, inputs }: ReleaseDeps,
  signed: SignedStatement,
): Promise<ReleaseResult> {
  const { name, sha256: digest, bytes, verdict, dropped } = signed.statement;
  const text = Buffer.from(canonicalJson(signed));
  const statement = sha256(text);
  try {
    await exchange.put(digest, book.readBytes(digest));
    await exchange.put(statement, text);
  } catch (error) {
    log.warn({ error: String(error) }, 'a conclusion could not be sent yet');
    throw new Refusal('platform-failed');
  }
  failpoint('gate-sent');
  inputs.name([digest, statement]);
  return { conclusions: [{ name, sha256: digest, statement, bytes }], verdict, dropped };
}

/** What waits is recorded once, what is refused each time. */
function record(deps: ReleaseDeps, request: ReleaseRequest, error: unknown): void {
  if (!(error instanceof Refusal)) return;
  const { run, step, dataset, name } = request;
  const chain = chainOf(deps.custody, dataset);
  const data = { step, dataset, name, code: error.code };
  if (error.code === 'in-review') {
    const waits = deps.ledger.latest(chain, run, ['release-waits']);
    const isKnown = waits?.data['step'] === step && waits.data['name'] === name;
    if (!isKnown) deps.ledger.append(chain, { kind: 'release-waits', subject: run, data });
  } else if (!error.isRetryable) {
    deps.ledger.append(chain, { kind: 'release-refused', subject: run, data });
  }
}

const directorySchema = z.looseObject({ directory: z.string().max(64) });

/** @throws Refusal `wire-invalid` */
export function parseReleaseRequest(value: unknown): ReleaseRequest {
  const { directory, ...input } = refuseMalformed(directorySchema, value);
  return { ...refuseMalformed(releaseInputSchema, input), directory };
}
