/** `POST /v1/runs`: one run for a project and idempotency key, however often it is sent. */
import type { PlacementDecision } from '../contracts/placement.js';
import { digestOf } from '../contracts/schemas/canonical.js';
import { runIdOf } from '../contracts/schemas/run-id.js';
import { runRequestSchema } from '../contracts/schemas/run.js';
import { pointerTo, type Fault } from '../hub/refusal.js';
import { needsOf } from '../hub/placement/needs.js';
import { place } from '../hub/placement/place.js';
import type { AcceptedRequest } from '../hub/store/store.js';
import { requireValid, type ValidRequest } from '../hub/validate/validate-request.js';
import type { ApiDeps } from './deps.js';
import { maySee, type Identity } from './identity.js';
import { ApiProblem } from './problem.js';

export interface Submission {
  identity: Identity;
  /** The Idempotency-Key header. */
  key: string | undefined;
  body: unknown;
}

/** @throws ApiProblem or HubRefusal, before anything starts. */
export async function submitRun(deps: ApiDeps, submission: Submission): Promise<AcceptedRequest> {
  const { identity, body } = submission;
  const key = requireKey(submission.key);
  const project = projectOf(body);
  requireMembership(identity, project);
  const run = project === undefined ? undefined : runIdOf(project, key);
  const digest = digestOf(body);
  const known = run === undefined ? undefined : await deps.store.requests.find(run);
  if (known) return startOnce(deps, known, digest);
  // What was accepted before stays accepted; only a new request is held against today's catalog.
  const { placement } = await checkRequest(deps, body);
  requirePossible(placement, body);
  const request = runRequestSchema.parse(body);
  const acceptedAt = new Date().toISOString();
  const accepted = await deps.store.requests.claim({
    ...{ run: runIdOf(request.project, key), requester: identity.sub, request, digest, acceptedAt },
  });
  return startOnce(deps, accepted, digest);
}

async function startOnce(
  { store, starter }: ApiDeps,
  accepted: AcceptedRequest,
  digest: string,
): Promise<AcceptedRequest> {
  if (accepted.digest !== digest) throw new ApiProblem('idempotency-mismatch');
  if (accepted.isStarted) return accepted;
  const { run, requester, request } = accepted;
  await starter.start({ run, requester, request });
  await store.requests.markStarted(run);
  return accepted;
}

/** Validation and placement of a request: what both the preview and a start do. */
export async function checkRequest(
  { catalog }: ApiDeps,
  body: unknown,
): Promise<ValidRequest & { placement: PlacementDecision }> {
  const current = await catalog.current();
  const valid = requireValid(current, body);
  return { ...valid, placement: place(current, needsOf(valid.analysis, valid.plan)) };
}

/** @throws ApiProblem `placement-impossible` with every reason. */
export function requirePossible({ impossible }: PlacementDecision, body: unknown): void {
  if (impossible.length === 0) return;
  const datasets = (body as { datasets: string[] }).datasets;
  const faults = impossible.map(({ dataset, rejected }): Fault => {
    const reasons = rejected.flatMap((one) =>
      one.reasons.map(({ sentence }) => `${one.environment}: ${sentence}`),
    );
    const index = datasets.indexOf(dataset);
    return {
      code: 'placement-impossible',
      pointer: index < 0 ? '/datasets' : pointerTo('datasets', index),
      detail: `${dataset}: ${reasons.join('; ') || 'no environment offers itself'}`,
      nearest: [],
    };
  });
  throw new ApiProblem('placement-impossible', { faults, extra: { impossible } });
}

function requireKey(key: string | undefined): string {
  if (key !== undefined && /^[\x21-\x7e]{1,200}$/.test(key)) return key;
  throw new ApiProblem('idempotency-key-missing');
}

export function projectOf(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('project' in body)) return undefined;
  return typeof body.project === 'string' ? body.project : undefined;
}

/** A project that is missing altogether is a fault of the request, not of the caller. */
export function requireMembership(identity: Identity, project: string | undefined): void {
  if (project === undefined || maySee(identity, project)) return;
  throw new ApiProblem('forbidden', { detail: `you are not in the project ${project}` });
}
