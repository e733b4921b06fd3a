import { z } from 'zod';
import { signedOfferSchema } from '../../contracts/schemas/offer.js';
import { isAuthenticOffer } from '../../hub/catalog/offers.js';
import { seesEnvironments } from '../identity.js';
import { ApiProblem } from '../problem.js';
import { defineRoute, EVERYONE, type Route } from '../route.js';
import { environmentSchema } from '../schemas/catalog-views.js';

/** An offer of tomorrow would outlive its gate. */
const MOST_AHEAD_SECONDS = 60;

export const environmentRoutes: Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/environments',
    summary: 'Environments, as their gates offer themselves',
    tag: 'Catalog',
    roles: EVERYONE,
    responses: {
      200: {
        description: 'All of the world',
        schema: z.strictObject({ environments: z.array(environmentSchema) }),
      },
    },
    codes: [],
    async handle({ deps, identity }) {
      const { environments } = await deps.catalog.current();
      const isOpen = seesEnvironments(identity);
      const views = environments.map(({ id, region, state, offer }) => ({
        ...{ id, region, state },
        offer: isOpen ? offer : null,
      }));
      return { body: { environments: views } };
    },
  }),
  defineRoute({
    method: 'put',
    path: '/v1/offers/{environment}',
    summary: 'A gate publishes its offer',
    tag: 'Gates',
    roles: ['gate'],
    params: z.object({ environment: z.string() }),
    body: signedOfferSchema,
    responses: { 204: { description: 'Kept, unless a newer one is' } },
    codes: ['forbidden', 'signature-invalid'],
    async handle({ deps, identity, params, body }) {
      const { environment, at } = body.offer;
      if (identity.sub !== params.environment) throw new ApiProblem('forbidden');
      const { world, pins } = deps.catalog;
      if (environment !== params.environment || !isAuthenticOffer(body, world, pins))
        throw offerProblem('the offer does not bear the pinned signature of this environment');
      if (Date.parse(at) > Date.now() + MOST_AHEAD_SECONDS * 1000)
        throw offerProblem('the offer is dated in the future: the clock of the gate is wrong');
      await deps.store.offers.put(body);
      return { status: 204, body: undefined };
    },
  }),
];

function offerProblem(detail: string): ApiProblem {
  return new ApiProblem('signature-invalid', { detail });
}
