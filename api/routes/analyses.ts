import { z } from 'zod';
import type { Analysis } from '../../contracts/schemas/load-analysis.js';
import { nearestNames } from '../../hub/catalog/search.js';
import { ApiProblem } from '../problem.js';
import { defineRoute, EVERYONE, type Route } from '../route.js';
import { analysisSchema, analysisSummarySchema } from '../schemas/catalog-views.js';

const tag = 'Catalog';

export const analysisRoutes: Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/analyses',
    summary: 'Analyses that can be run',
    tag,
    roles: EVERYONE,
    responses: {
      200: {
        description: 'All of them',
        schema: z.strictObject({ analyses: z.array(analysisSummarySchema) }),
      },
    },
    codes: [],
    async handle({ deps }) {
      const { analyses } = await deps.catalog.current();
      return { body: { analyses: [...analyses.values()].map(summaryOf) } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/analyses/{name}',
    summary: 'One analysis with the schema of its parameters',
    tag,
    roles: EVERYONE,
    params: z.object({ name: z.string() }),
    responses: { 200: { description: 'The analysis', schema: analysisSchema } },
    codes: ['unknown-analysis'],
    async handle({ deps, params }) {
      const { analyses } = await deps.catalog.current();
      const analysis = analyses.get(params.name);
      if (analysis) return { body: viewOf(analysis) };
      const nearest = nearestNames(analyses.keys(), params.name);
      const detail = `there is no analysis ${params.name}`;
      throw new ApiProblem('unknown-analysis', {
        faults: [{ code: 'unknown-analysis', pointer: '', detail, nearest }],
      });
    },
  }),
];

function summaryOf({ manifest: { name, version, title }, digest }: Analysis) {
  return { name, version, title, digest };
}

function viewOf(analysis: Analysis) {
  const steps = analysis.manifest.steps.map(({ id, at, concludes }) => ({ id, at, concludes }));
  return { ...summaryOf(analysis), parameterSchema: analysis.parameterSchema, steps };
}
