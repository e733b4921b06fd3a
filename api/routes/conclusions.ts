import { z } from 'zod';
import type { ConclusionView } from '../../contracts/run.js';
import { runIdSchema, sha256Schema } from '../../contracts/schemas/common.js';
import { findRun } from '../find-run.js';
import { runFor } from '../hide.js';
import { ApiProblem } from '../problem.js';
import { defineRoute, RESEARCHERS, type Route } from '../route.js';
import { conclusionViewSchema } from '../schemas/views.js';
import { sendFile, type SentFile } from '../send-file.js';

const tag = 'Conclusions';

export const conclusionRoutes: Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/runs/{id}/conclusions',
    summary: 'What the gates let out for a run',
    tag,
    roles: RESEARCHERS,
    params: z.object({ id: runIdSchema }),
    responses: {
      200: {
        description: 'All that are accepted so far',
        schema: z.strictObject({ conclusions: z.array(conclusionViewSchema) }),
      },
    },
    codes: ['not-found'],
    async handle({ deps, identity, params }) {
      const { conclusions } = runFor(identity, await findRun(deps, identity, params.id));
      return { body: { conclusions } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/runs/{id}/conclusions/{sha256}',
    summary: 'The file of a conclusion, or its signed statement',
    tag,
    roles: RESEARCHERS,
    params: z.object({ id: runIdSchema, sha256: sha256Schema }),
    headers: { Range: 'One range of bytes', 'If-None-Match': 'An entity tag' },
    responses: {
      200: { description: 'The bytes', contentType: 'application/octet-stream' },
      206: { description: 'The range', contentType: 'application/octet-stream' },
      304: { description: 'You have it already' },
    },
    codes: ['not-found', 'range-not-satisfiable'],
    async handle({ deps, identity, params: { id, sha256 }, request, response }) {
      const { conclusions } = await findRun(deps, identity, id);
      const file = conclusions.flatMap((one) => fileOf(one, sha256))[0];
      if (file === undefined) throw new ApiProblem('not-found');
      await sendFile(deps.exchange, file, { request, response });
      return undefined;
    },
  }),
];

function fileOf(conclusion: ConclusionView, sha256: string): SentFile[] {
  const { step, dataset, name } = conclusion;
  const fileName = `${step}-${dataset}-${name}`;
  if (conclusion.sha256 === sha256)
    return [{ sha256, contentType: 'application/octet-stream', fileName }];
  if (conclusion.statement !== sha256) return [];
  return [{ sha256, contentType: 'application/json', fileName: `${fileName}.statement.json` }];
}
