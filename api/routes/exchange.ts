import { z } from 'zod';
import { sha256Schema } from '../../contracts/schemas/common.js';
import { DigestMismatch } from '../../hub/exchange/exchange.js';
import { ApiProblem } from '../problem.js';
import { defineRoute, type Route } from '../route.js';
import { sendFile } from '../send-file.js';

const tag = 'Gates';
const params = z.object({ sha256: sha256Schema });

export const exchangeRoutes: Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/exchange/{sha256}',
    summary: 'A file by its digest; HEAD tells its size',
    tag,
    roles: ['gate', 'admin'],
    params,
    headers: { Range: 'One range of bytes', 'If-None-Match': 'An entity tag' },
    responses: {
      200: { description: 'The bytes', contentType: 'application/octet-stream' },
      206: { description: 'The range', contentType: 'application/octet-stream' },
      304: { description: 'You have it already' },
    },
    codes: ['not-found', 'range-not-satisfiable'],
    async handle({ deps, params: { sha256 }, request, response }) {
      const file = { sha256, contentType: 'application/octet-stream', fileName: null };
      await sendFile(deps.exchange, file, { request, response });
      return undefined;
    },
  }),
  defineRoute({
    method: 'put',
    path: '/v1/exchange/{sha256}',
    summary: 'A gate puts a file; what has another digest is not kept',
    tag,
    roles: ['gate'],
    params,
    responses: { 201: { description: 'Kept' }, 204: { description: 'It was there already' } },
    codes: ['digest-mismatch', 'body-too-large'],
    async handle({ deps: { exchange, limits }, params: { sha256 }, request }) {
      const isThere = (await exchange.size(sha256)) !== undefined;
      try {
        await exchange.put(sha256, limited(request, limits.mostFileBytes));
      } catch (error) {
        if (error instanceof DigestMismatch) throw new ApiProblem('digest-mismatch');
        throw error;
      }
      return { status: isThere ? 204 : 201, body: undefined };
    },
  }),
];

async function* limited(
  chunks: AsyncIterable<Uint8Array>,
  mostBytes: number,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.byteLength;
    if (bytes > mostBytes) throw new ApiProblem('body-too-large');
    yield chunk;
  }
}
