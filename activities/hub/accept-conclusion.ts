import { ApplicationFailure } from '@temporalio/common';
import type { AcceptConclusionInput, AcceptConclusionResult } from '../../contracts/activities.js';
import type { ConclusionStatement, SignedStatement } from '../../contracts/conclusion.js';
import type { Plan } from '../../contracts/plan.js';
import type { ConclusionView } from '../../contracts/run.js';
import { signedStatementSchema } from '../../contracts/schemas/conclusion.js';
import { failpoint } from '../../contracts/schemas/failpoint.js';
import { parseBundle } from '../../contracts/schemas/load-analysis.js';
import { parsePlan } from '../../contracts/schemas/plan.js';
import { isSignedBy } from '../../contracts/schemas/sign.js';
import { DigestMismatch, MissingFile } from '../../hub/exchange/exchange.js';
import { findStatementFault, type Expected } from './check-statement.js';
import type { HubActivityDeps } from './deps.js';
import { codeFailure } from './failure.js';

/** What is not signed by the environment's pinned key, for exactly this question, is refused and recorded. */
export async function acceptConclusion(
  deps: HubActivityDeps,
  input: AcceptConclusionInput,
): Promise<AcceptConclusionResult> {
  const { step, dataset, conclusion } = input;
  const { name, sha256, statement } = conclusion;
  const checked = await check(deps, input);
  if (typeof checked === 'string') {
    await deps.store.conclusions.refuse(input.run, { step, dataset, name, why: checked });
    throw codeFailure('signature-invalid', [checked]);
  }
  failpoint('control-accepted');
  await deps.store.conclusions.accept(input.run, viewOf(input, checked));
  failpoint('control-recorded');
  return { conclusion: { step, dataset, name, sha256, statement } };
}

/** @returns the statement, or what is wrong with it. */
async function check(
  deps: HubActivityDeps,
  input: AcceptConclusionInput,
): Promise<ConclusionStatement | string> {
  const { conclusion, environment } = input;
  const bytes = await fetchFile(deps, conclusion.sha256);
  const signed = parseStatement(await fetchFile(deps, conclusion.statement));
  if (bytes === undefined) return 'the bytes do not have the digest that names them';
  if (signed === undefined) return 'the statement is damaged or of another form';
  const pin = deps.catalog.pins[environment];
  if (pin === undefined) return `no key is pinned for ${environment}`;
  if (!isSignedBy(signed.statement, signed.signature, pin))
    return `the statement does not bear the pinned signature of ${environment}`;
  const expected = await expectedOf(deps, input, bytes.byteLength);
  if (typeof expected === 'string') return expected;
  return findStatementFault(signed.statement, expected) ?? signed.statement;
}

/**
 * @returns undefined for a file that somebody changed.
 * @throws ApplicationFailure, retryable, while the file is not there.
 */
async function fetchFile(
  { exchange }: HubActivityDeps,
  sha256: string,
): Promise<Buffer | undefined> {
  try {
    return await exchange.read(sha256);
  } catch (error) {
    if (error instanceof DigestMismatch) return undefined;
    if (error instanceof MissingFile)
      throw ApplicationFailure.retryable(`${sha256} is not in the exchange`, 'input-unavailable');
    throw error;
  }
}

function parseStatement(bytes: Buffer | undefined): SignedStatement | undefined {
  try {
    return signedStatementSchema.parse(JSON.parse(bytes?.toString('utf8') ?? ''));
  } catch {
    return undefined;
  }
}

async function expectedOf(
  { store, exchange, catalog }: HubActivityDeps,
  input: AcceptConclusionInput,
  bytes: number,
): Promise<Expected | string> {
  const planned = await store.runs.planOf(input.run);
  const placement = await store.runs.placementOf(input.run);
  if (planned === undefined || placement === undefined)
    return 'the run was never planned and placed';
  const home = placement.placements.find(({ dataset }) => dataset === input.dataset);
  if (home?.environment !== input.environment)
    return `${input.dataset} was not placed in ${input.environment}`;
  const plan: Plan = parsePlan(await exchange.read(planned.plan));
  const { digest } = plan.analysis;
  const { manifest } = parseBundle(await exchange.read(digest), digest);
  const { environments } = await catalog.current();
  const offer = environments.find(({ id }) => id === input.environment)?.offer;
  return { input, bytes, plan, planDigest: planned.plan, manifest, isOpen: offer?.wall === 'open' };
}

function viewOf(
  { environment, conclusion }: AcceptConclusionInput,
  statement: ConclusionStatement,
): ConclusionView {
  const { step, dataset, name, sha256, bytes, rule, verdict, dropped, waived, ledger } = statement;
  return {
    ...{ step, dataset, name, sha256, bytes, rule, verdict, dropped, waived, environment },
    statement: conclusion.statement,
    acceptedAt: new Date().toISOString(),
    ledgerSequence: ledger.sequence,
  };
}
