/** The hub's exchange and offers in memory, over HTTP. Can be told to be away, or to give other bytes. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sha256 } from '../../../contracts/schemas/canonical.js';
import type { SignedOffer } from '../../../contracts/offer.js';

export async function startFakeHub() {
  const files = new Map<string, Buffer>();
  const offers: SignedOffer[] = [];
  const requests: string[] = [];
  const hub = { files, offers, requests, url: '', isAway: false, tampered: new Set<string>() };
  const takePut = (path: string, body: Buffer): [status: number] => {
    if (path.startsWith('/v1/offers/')) {
      offers.push(JSON.parse(body.toString()) as SignedOffer);
      return [204];
    }
    const name = path.replace('/v1/exchange/', '');
    if (sha256(body) !== name) return [422];
    files.set(name, body);
    return [201];
  };
  const giveFile = (path: string): [status: number, bytes?: Buffer] => {
    const name = path.replace('/v1/exchange/', '');
    const file = files.get(name);
    if (!file) return [404];
    return [200, hub.tampered.has(name) ? Buffer.concat([file, Buffer.from(' ')]) : file];
  };
  const answer = (request: IncomingMessage, body: Buffer): [status: number, bytes?: Buffer] => {
    const { method = '', url = '', headers } = request;
    requests.push(`${method} ${url}`);
    if (hub.isAway) return [503];
    if (headers.authorization !== 'Bearer gate-token') return [401];
    return method === 'PUT' ? takePut(url, body) : giveFile(url);
  };
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      const [status, bytes] = answer(request, Buffer.concat(chunks));
      response.writeHead(status).end(bytes);
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
