import { z } from 'zod';
import { runWorkflowId } from '../../contracts/ids.js';
import { runIdSchema } from '../../contracts/schemas/common.js';
import { runRequestSchema } from '../../contracts/schemas/run.js';
import { formatCursor, parseCursor } from '../cursor.js';
import { findRun } from '../find-run.js';
import { runFor } from '../hide.js';
import type { ApiDeps } from '../deps.js';
import { seesEnvironments, visibleProjects, type Identity } from '../identity.js';
import { defineRoute, RESEARCHERS, type Route } from '../route.js';
import { runListSchema, runStateSchema, runViewSchema } from '../schemas/views.js';
import { submitRun } from '../submit-run.js';

const tag = 'Runs';

export const REQUEST_CODES = [
  'invalid-request',
  'invalid-parameter',
  'unknown-parameter',
  'unknown-analysis',
  'unknown-dataset',
  'unknown-phenotype',
  'unknown-covariate',
  'unknown-frame',
  'phenotype-missing-in-dataset',
  'covariate-missing-in-dataset',
  'frame-missing-in-dataset',
  'builds-differ',
  'too-many-steps',
  'plan-too-large',
  'placement-impossible',
] as const;

export const runRoutes: Route[] = [
  defineRoute({
    method: 'post',
    path: '/v1/runs',
    summary: 'Start a run; the same key with the same body starts no second one',
    tag,
    roles: RESEARCHERS,
    bodyDoc: runRequestSchema,
    headers: { 'Idempotency-Key': 'Names the request: 1 to 200 visible ASCII characters' },
    responses: {
      202: {
        description: 'Accepted; Location names the run',
        schema: runViewSchema,
        headers: { Location: 'The run' },
      },
    },
    codes: [...REQUEST_CODES, 'idempotency-key-missing', 'idempotency-mismatch', 'not-ready'],
    async handle({ deps, identity, request }) {
      const key = request.get('Idempotency-Key');
      const { run } = await submitRun(deps, { identity, key, body: request.body as unknown });
      const view = await findRun(deps, identity, run);
      return {
        status: 202,
        headers: { Location: `/v1/runs/${run}` },
        body: runFor(identity, view),
      };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/runs',
    summary: 'Runs of your projects, newest first',
    tag,
    roles: RESEARCHERS,
    query: z.object({
      project: z.string().optional(),
      state: runStateSchema.optional(),
      analysis: z.string().optional(),
      limit: z.coerce.number().int().min(1).max(100).default(20),
      after: z.string().optional().meta({ description: '`next` of the page before' }),
    }),
    responses: { 200: { description: 'A page', schema: runListSchema } },
    codes: ['invalid-request'],
    async handle({ deps, identity, query: { project, after, limit, ...filter } }) {
      const visible = visibleProjects(identity);
      const projects = project === undefined ? visible : intersection(visible, project);
      const cursor = after === undefined ? undefined : parseCursor(after);
      // One more than asked tells whether there is a next page.
      const found = await deps.store.runs.list({
        ...{ ...filter, projects, after: cursor, limit: limit + 1 },
      });
      const runs = found.slice(0, limit);
      const last = runs.at(-1);
      const hasNext = found.length > limit && last !== undefined;
      const next = hasNext ? formatCursor({ acceptedAt: last.acceptedAt, run: last.id }) : null;
      return { body: { runs: runs.map((run) => runFor(identity, run)), next } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/runs/{id}',
    summary: 'One run: state, steps with their books, conclusions',
    tag,
    roles: RESEARCHERS,
    params: z.object({ id: runIdSchema }),
    responses: {
      200: {
        description: 'The run',
        schema: runViewSchema,
        headers: { Link: 'For engineers: the run in Temporal UI (rel=related)' },
      },
    },
    codes: ['not-found'],
    async handle({ deps, identity, params }) {
      const run = await findRun(deps, identity, params.id);
      return { headers: linksOf(deps, identity, run.id), body: runFor(identity, run) };
    },
  }),
];

function linksOf({ temporalUi }: ApiDeps, identity: Identity, run: string): Record<string, string> {
  if (temporalUi === null || !seesEnvironments(identity)) return {};
  const { url, namespace } = temporalUi;
  const workflow = encodeURIComponent(runWorkflowId(run));
  return { Link: `<${url}/namespaces/${namespace}/workflows/${workflow}>; rel="related"` };
}

function intersection(visible: string[] | null, project: string): string[] {
  return visible === null || visible.includes(project) ? [project] : [];
}
