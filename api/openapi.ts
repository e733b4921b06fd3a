/** OpenAPI 3.1 from the same routes that are registered. */
import {
  OpenAPIRegistry,
  OpenApiGeneratorV31,
  type ResponseConfig,
  type RouteConfig,
} from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { CODES, type Code } from '../contracts/codes.js';
import { ROUTES } from './routes/index.js';
import type { ResponseDoc, Route } from './route.js';
import { problemSchema } from './schemas/views.js';

export function openApiDocument(): object {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'Made by `cloister token`; in the Authorization header, never in a URL',
  });
  for (const route of ROUTES) registry.registerPath(pathOf(route));
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Cloister',
      version: '1.0.0',
      description: 'One analysis, many walled data environments, only conclusions come out.',
    },
    servers: [{ url: '/' }],
  });
}

function pathOf(route: Route): RouteConfig {
  const { method, path, summary, tag, roles, params, query, headers } = route;
  const body = route.body ?? route.bodyDoc;
  const isOpen = roles === 'open';
  return {
    method,
    path,
    summary,
    tags: [tag],
    operationId: operationIdOf(route),
    description: isOpen ? 'Open to all.' : `Roles: ${roles.join(', ')}.`,
    security: isOpen ? [] : [{ bearer: [] }],
    request: {
      ...(params === undefined ? {} : { params: params as z.ZodObject }),
      ...(query === undefined ? {} : { query: query as z.ZodObject }),
      ...(headers === undefined ? {} : { headers: headersOf(headers) }),
      ...(body === undefined
        ? {}
        : { body: { required: true, content: { 'application/json': { schema: body } } } }),
    },
    responses: responsesOf(route),
  };
}

/** `get` `/v1/runs/{id}/events` -> `getRunsIdEvents`. */
function operationIdOf({ method, path }: Route): string {
  const words = path.replace('/v1', '').match(/[A-Za-z0-9]+/g) ?? [];
  return `${method}${words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')}`;
}

function headersOf(headers: Record<string, string>): z.ZodObject {
  const shape = Object.entries(headers).map(([name, description]) => {
    const schema = z.string().meta({ description });
    return [name, name === 'Idempotency-Key' ? schema : schema.optional()] as const;
  });
  return z.object(Object.fromEntries(shape));
}

const OF_EVERY_ROUTE: readonly Code[] = ['too-many-requests', 'internal'];
const BEHIND_TOKENS: readonly Code[] = ['unauthenticated', 'forbidden'];
const WITH_BODY: readonly Code[] = ['invalid-request', 'body-too-large', 'unsupported-media-type'];

function responsesOf(route: Route): Record<string, ResponseConfig> {
  const hasBody = route.body !== undefined || route.bodyDoc !== undefined;
  const codes = [
    ...route.codes,
    ...OF_EVERY_ROUTE,
    ...(route.roles === 'open' ? [] : BEHIND_TOKENS),
    ...(hasBody ? WITH_BODY : []),
  ];
  const byStatus = new Map<number, Set<Code>>();
  for (const code of codes) {
    const { status } = CODES[code];
    byStatus.set(status, (byStatus.get(status) ?? new Set()).add(code));
  }
  const problems = [...byStatus].map(
    ([status, names]) => [status, problemDoc([...names])] as const,
  );
  const successes = Object.entries(route.responses).map(
    ([status, doc]) => [status, responseDoc(doc)] as const,
  );
  return { ...Object.fromEntries(problems), ...Object.fromEntries(successes) };
}

function problemDoc(codes: Code[]): ResponseConfig {
  const description = codes.map((code) => `\`${code}\`: ${CODES[code].sentence}`).join('\n\n');
  return { description, content: { 'application/problem+json': { schema: problemSchema } } };
}

function responseDoc(doc: ResponseDoc): ResponseConfig {
  const { description, schema, contentType } = doc;
  const type = contentType ?? (schema === undefined ? undefined : 'application/json');
  const bytes = { type: 'string', contentMediaType: 'application/octet-stream' } as const;
  return {
    description,
    ...(type === undefined ? {} : { content: { [type]: { schema: schema ?? bytes } } }),
    ...(doc.headers === undefined ? {} : { headers: headersOf(doc.headers) }),
  };
}
