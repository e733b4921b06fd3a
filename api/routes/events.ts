import { z } from 'zod';
import { runIdSchema } from '../../contracts/schemas/common.js';
import { findRun } from '../find-run.js';
import { defineRoute, RESEARCHERS, type Route } from '../route.js';
import { runEventSchema } from '../schemas/views.js';
import { streamEvents } from '../stream-events.js';

const sequenceSchema = z.coerce.number().int().min(0);

export const eventRoutes: Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/runs/{id}/events',
    summary: 'Events of a run as they come (server-sent events); ends with the run',
    tag: 'Runs',
    roles: RESEARCHERS,
    params: z.object({ id: runIdSchema }),
    headers: { 'Last-Event-ID': 'Go on after this event' },
    responses: {
      200: {
        description: 'A stream; the id of each event is its sequence',
        schema: runEventSchema,
        contentType: 'text/event-stream',
      },
    },
    codes: ['not-found'],
    async handle({ deps, identity, params: { id }, request, response }) {
      await findRun(deps, identity, id);
      const last = sequenceSchema.safeParse(request.get('Last-Event-ID') ?? '0');
      const after = last.success ? last.data : 0;
      await streamEvents(deps, { identity, run: id, after, response });
      return undefined;
    },
  }),
];
