import { z } from 'zod';
import { runIdSchema } from '../../contracts/schemas/common.js';
import { shardSelectionSchema } from '../../contracts/schemas/run.js';
import { ENDED_STATES, type RunView } from '../../contracts/run.js';
import { findRun } from '../find-run.js';
import { ApiProblem } from '../problem.js';
import { defineRoute, RESEARCHERS, type Route } from '../route.js';
import { runStateSchema } from '../schemas/views.js';

const tag = 'Decisions';
const params = z.object({ id: runIdSchema });
const reasonSchema = z.string().trim().min(1).max(1000);
const shardsDoc = {
  description: 'Taken',
  schema: z.strictObject({ shards: z.int().meta({ description: 'That it concerns' }) }),
};

const selectionShape = (shardSelectionSchema as unknown as z.ZodObject).shape;
const waiverSchema = z.strictObject({ ...selectionShape, reason: reasonSchema });

export const decisionRoutes: Route[] = [
  defineRoute({
    method: 'post',
    path: '/v1/runs/{id}/cancel',
    summary: 'End a run and its jobs',
    tag,
    roles: RESEARCHERS,
    params,
    body: z.strictObject({ reason: reasonSchema.nullable().default(null) }),
    responses: {
      202: { description: 'Taken', schema: z.strictObject({ state: runStateSchema }) },
    },
    codes: ['not-found', 'run-ended', 'not-ready'],
    async handle({ deps, identity, params: { id }, body: { reason } }) {
      requireGoingOn(await findRun(deps, identity, id));
      return { status: 202, body: await deps.starter.cancel(id, { by: identity.sub, reason }) };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/runs/{id}/retry',
    summary: 'Do failed or open shards again; also resumes what was held',
    tag,
    roles: RESEARCHERS,
    params,
    body: shardSelectionSchema,
    responses: { 202: shardsDoc },
    codes: ['not-found', 'run-ended', 'nothing-to-retry', 'too-many-failures', 'not-ready'],
    async handle({ deps, identity, params: { id }, body: selection }) {
      requireGoingOn(await findRun(deps, identity, id));
      return { status: 202, body: await deps.starter.retry(id, { selection, by: identity.sub }) };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/runs/{id}/waive',
    summary: 'Go on without failed or open shards; name and reason stand in the conclusion',
    tag,
    roles: RESEARCHERS,
    params,
    body: waiverSchema,
    responses: { 202: shardsDoc },
    codes: ['not-found', 'run-ended', 'nothing-to-retry', 'not-ready'],
    async handle({ deps, identity, params: { id }, body }) {
      requireGoingOn(await findRun(deps, identity, id));
      const { reason, ...rest } = body;
      const selection = shardSelectionSchema.parse(rest);
      const by = identity.sub;
      return { status: 202, body: await deps.starter.waive(id, { selection, by, reason }) };
    },
  }),
];

function requireGoingOn({ state }: RunView): void {
  if (ENDED_STATES.includes(state)) throw new ApiProblem('run-ended');
}
