/** The gate API, for the worker of the same environment: three calls and a sign of life. Listens on loopback. */
import { createReadStream, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CODES, type Code } from '../../contracts/codes.js';
import { log } from '../log.js';
import { codeOf } from '../refusal.js';

export interface GateApi {
  /** Path of a file that was named; undefined for every other digest. */
  input(digest: string): Promise<string | undefined>;
  admission(body: unknown): Promise<unknown>;
  release(body: unknown): Promise<unknown>;
}

export interface ApiServer {
  port: number;
  stop(): Promise<void>;
}

/** A manifest of an admission is small; its columns and shares are bounded. */
const MOST_BODY_BYTES = 4 * 2 ** 20;

export async function startApi(api: GateApi, port: number): Promise<ApiServer> {
  const server = createServer((request, response) => {
    answer(api, request, response).catch((error: unknown) => {
      const code = codeOf(error);
      log.warn(
        { path: request.url, code, error: String(error) },
        'a call of the worker was refused',
      );
      sendError(response, code);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return { port: (server.address() as AddressInfo).port, stop: () => stop(server) };
}

async function answer(api: GateApi, request: IncomingMessage, response: ServerResponse) {
  const digest = /^\/inputs\/([0-9a-f]{64})$/.exec(request.url ?? '')?.[1];
  switch (`${request.method} ${digest ? '/inputs' : request.url}`) {
    case 'GET /health':
      return sendJson(response, 200, { status: 'ok' });
    case 'GET /inputs':
      return sendInput(response, digest && (await api.input(digest)));
    case 'POST /admissions':
      return sendJson(response, 200, await api.admission(await readBody(request)));
    case 'POST /releases':
      return sendJson(response, 200, await api.release(await readBody(request)));
    default:
      return sendError(response, 'not-found');
  }
}

function sendInput(response: ServerResponse, path: string | undefined): void {
  if (path === undefined) return sendError(response, 'not-found');
  const headers = {
    'content-type': 'application/octet-stream',
    'content-length': statSync(path).size,
  };
  response.writeHead(200, headers);
  createReadStream(path).pipe(response);
}

/** @returns undefined for a body that is no JSON: the schema refuses it. */
async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return undefined;
  }
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}

function sendError(response: ServerResponse, code: Code): void {
  if (response.headersSent) response.destroy();
  else sendJson(response, CODES[code].status, { code });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
