import { z } from 'zod';
import { ApiProblem } from '../problem.js';
import { defineRoute, type Route } from '../route.js';

const tag = 'Health';
const okSchema = z.strictObject({ status: z.literal('ok') });

export const healthRoutes: Route[] = [
  defineRoute({
    method: 'get',
    path: '/health',
    summary: 'Whether the process lives',
    tag,
    roles: 'open',
    responses: { 200: { description: 'It does', schema: okSchema } },
    codes: [],
    handle: async () => ({ body: { status: 'ok' } }),
  }),
  defineRoute({
    method: 'get',
    path: '/ready',
    summary: 'Whether store and Temporal answer',
    tag,
    roles: 'open',
    responses: { 200: { description: 'Both do', schema: okSchema } },
    codes: ['not-ready'],
    async handle({ deps: { store, starter } }) {
      const isStoreReady = await store.ping().then(
        () => true,
        () => false,
      );
      if (!isStoreReady) throw new ApiProblem('not-ready', { detail: 'the store does not answer' });
      if (!(await starter.isReady()))
        throw new ApiProblem('not-ready', { detail: 'Temporal does not answer' });
      return { body: { status: 'ok' } };
    },
  }),
];
