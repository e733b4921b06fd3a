/** The API as an express application; listening is the caller's. */
import { createHash } from 'node:crypto';
import express, {
  type ErrorRequestHandler,
  type Express,
  type Request,
  type RequestHandler,
  type Response,
} from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import helmet from 'helmet';
import { coalesceStarts } from './coalesce.js';
import type { ApiDeps } from './deps.js';
import { createDocsRouter } from './docs-page.js';
import type { Identity } from './identity.js';
import { openApiDocument } from './openapi.js';
import { ApiProblem, sendProblem, toProblem } from './problem.js';
import type { Reply, Route } from './route.js';
import { ROUTES } from './routes/index.js';

/** Of a JSON body. A plan has 64 KiB at most. */
const MOST_BODY = '256kb';

export function createApp(given: ApiDeps): Express {
  const deps: ApiDeps = { ...given, starter: coalesceStarts(given.starter) };
  const app = express();
  app.disable('x-powered-by');
  // Plain HTTP on one machine; whoever puts TLS before it adds what belongs to TLS.
  const directives = { upgradeInsecureRequests: null };
  app.use(helmet({ contentSecurityPolicy: { directives }, strictTransportSecurity: false }));
  app.use(limiter(deps));
  app.use('/docs', createDocsRouter());
  const document = openApiDocument();
  app.get('/openapi.json', (_request, response) => void response.json(document));
  for (const route of ROUTES) {
    app[route.method](expressPath(route), ...bodyHandlers(route), handlerOf(route, deps));
  }
  for (const [path, methods] of methodsByPath()) app.all(path, notAllowed(methods));
  app.use(() => {
    throw new ApiProblem('not-found');
  });
  app.use(errorHandler(deps));
  return app;
}

function limiter({ limits }: ApiDeps): RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    limit: limits.requestsPerMinute,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    keyGenerator: callerOf,
    handler: (_request, _response, next) => next(new ApiProblem('too-many-requests')),
  });
}

/** Callers behind one address are told apart by their tokens. */
function callerOf(request: Request): string {
  const token = request.get('Authorization');
  if (token === undefined) return ipKeyGenerator(request.ip ?? '');
  return createHash('sha256').update(token).digest('base64');
}

function expressPath({ path }: Route): string {
  return path.replace(/\{(\w+)\}/g, ':$1');
}

function methodsByPath(): Map<string, string[]> {
  const methods = new Map<string, string[]>();
  for (const route of ROUTES) {
    const own = route.method === 'get' ? ['GET', 'HEAD'] : [route.method.toUpperCase()];
    methods.set(expressPath(route), [...(methods.get(expressPath(route)) ?? []), ...own]);
  }
  return methods;
}

function notAllowed(methods: readonly string[]): RequestHandler {
  return () => {
    throw new ApiProblem('method-not-allowed', { headers: { Allow: methods.join(', ') } });
  };
}

function bodyHandlers({ body, bodyDoc }: Route): RequestHandler[] {
  if (body === undefined && bodyDoc === undefined) return [];
  const requireJson: RequestHandler = (request, _response, next) => {
    // A cancel needs to say nothing.
    const isEmpty =
      request.get('Transfer-Encoding') === undefined &&
      !(Number(request.get('Content-Length')) > 0);
    if (!isEmpty && !request.is('application/json')) throw new ApiProblem('unsupported-media-type');
    next();
  };
  return [requireJson, express.json({ limit: MOST_BODY, strict: false })];
}

function handlerOf(route: Route, deps: ApiDeps): RequestHandler {
  return async (request, response) => {
    const identity = await identify(route, deps, request);
    const reply = await route.run({ deps, identity, request, response });
    if (reply) send(response, reply);
  };
}

/** Nobody in particular: of routes that are open to all. */
const NOBODY: Identity = { sub: 'nobody', role: 'scientist', projects: [] };

async function identify({ roles }: Route, deps: ApiDeps, request: Request): Promise<Identity> {
  if (roles === 'open') return NOBODY;
  const identity = await deps.authenticate(request.get('Authorization'));
  if (!roles.includes(identity.role)) throw new ApiProblem('forbidden');
  return identity;
}

function send(response: Response, { status = 200, headers = {}, body }: Reply): void {
  response.status(status).set(headers);
  // What a token shows is for its owner, and of now.
  if (!response.hasHeader('Cache-Control')) response.set('Cache-Control', 'no-store');
  if (body === undefined) response.end();
  else response.json(body);
}

function errorHandler({ log }: ApiDeps): ErrorRequestHandler {
  // eslint-disable-next-line max-params -- express knows an error handler by its four parameters
  return (error: unknown, request, response, _next) => {
    const problem = toProblem(error);
    if (problem.code === 'internal')
      log.error({ err: error, path: request.path }, 'a request failed');
    if (response.headersSent) response.destroy();
    else sendProblem(response, problem);
  };
}
