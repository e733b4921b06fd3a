import { ANYWHERE } from '../../contracts/names.js';
import type { Placement } from '../../contracts/placement.js';
import { runRequestSchema } from '../../contracts/schemas/run.js';
import { seesEnvironments } from '../identity.js';
import { defineRoute, RESEARCHERS, type Route } from '../route.js';
import { placementPreviewSchema } from '../schemas/views.js';
import { checkRequest, projectOf, requireMembership, requirePossible } from '../submit-run.js';
import { REQUEST_CODES } from './runs.js';

export const placementRoutes: Route[] = [
  defineRoute({
    method: 'post',
    path: '/v1/placements',
    summary: 'Where a run would go and why; starts nothing',
    tag: 'Runs',
    roles: RESEARCHERS,
    bodyDoc: runRequestSchema,
    responses: { 200: { description: 'The decision as of now', schema: placementPreviewSchema } },
    codes: REQUEST_CODES,
    async handle({ deps, identity, request }) {
      const body = request.body as unknown;
      requireMembership(identity, projectOf(body));
      const { placement } = await checkRequest(deps, body);
      requirePossible(placement, body);
      const sentences = placement.placements.map(inWords);
      const placements = seesEnvironments(identity) ? placement.placements : [];
      return { body: { ...placement, sentences, placements } };
    },
  }),
];

function inWords({ dataset }: Placement): string {
  if (dataset === ANYWHERE)
    return 'The conclusions are combined in an environment that all the others believe.';
  return `${dataset} is worked on where it lies; only conclusions leave.`;
}
