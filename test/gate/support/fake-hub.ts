/** The hub's exchange and offers in memory, over HTTP. Can be told to be away, or to give other bytes. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sha256 } from '../../../contracts/schemas/canonical.js';
import type { SignedOffer } from '../../../contracts/offer.js';

export async function startFakeHub() {
  const files = new Map<string, Buffer>();
  const offers: SignedOffer[] = [];
  const requests: string[] = [];
  const hub = { files, offers, requests, url: '', isAway: false, tampered: new Set<string>() };
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      const body = Buffer.concat(chunks);
      const name = request.url?.split('/').at(-1) ?? '';
      requests.push(`${request.method} ${request.url}`);
      const answer = (status: number, bytes?: Buffer) => response.writeHead(status).end(bytes);
      if (hub.isAway) return answer(503);
      if (request.headers.authorization !== 'Bearer gate-token') return answer(401);
      if (request.url?.startsWith('/v1/offers/')) {
        offers.push(JSON.parse(body.toString()) as SignedOffer);
        return answer(204);
      }
      if (request.method === 'PUT') {
        if (sha256(body) !== name) return answer(422);
        files.set(name, body);
        return answer(201);
      }
      const file = files.get(name);
      if (!file) return answer(404);
      return answer(200, hub.tampered.has(name) ? Buffer.concat([file, Buffer.from(' ')]) : file);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  hub.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.assign(hub, {
    put: (bytes: Buffer) => {
      files.set(sha256(bytes), bytes);
      return sha256(bytes);
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

export type FakeHub = Awaited<ReturnType<typeof startFakeHub>>;
