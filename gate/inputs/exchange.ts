/** The exchange as the gate sees it: files by sha256, over HTTP, with the gate's own token. */
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { SignedOffer } from '../../contracts/offer.js';

export interface Exchange {
  /** @throws Error when the hub does not answer or has no such file. The bytes are not checked yet. */
  get(sha256: string): Promise<Readable>;
  /** Idempotent. @throws Error when the hub did not take it. */
  put(sha256: string, bytes: Uint8Array): Promise<void>;
  putOffer(offer: SignedOffer): Promise<void>;
}

const TIMEOUT_MS = 20_000;

export function createExchange({ url, token }: { url: string; token: string }): Exchange {
  const send = async (path: string, init: RequestInit): Promise<Response> => {
    const headers = { authorization: `Bearer ${token}`, ...init.headers };
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(`${url}/v1/${path}`, {
      ...init,
      headers,
      signal,
      redirect: 'error',
    });
    if (response.ok) return response;
    await response.body?.cancel();
    throw new Error(`the hub answered ${response.status} for ${path}`);
  };
  const put = async (path: string, body: RequestInit['body'], type: string): Promise<void> => {
    const init = { method: 'PUT', body: body ?? null, headers: { 'content-type': type } };
    await (await send(path, init)).body?.cancel();
  };
  return {
    get: async (sha256) => {
      const { body } = await send(`exchange/${sha256}`, {});
      if (body === null) throw new Error('the hub answered without a body');
      return Readable.fromWeb(body as ReadableStream<Uint8Array>);
    },
    put: (sha256, bytes) =>
      put(`exchange/${sha256}`, new Uint8Array(bytes), 'application/octet-stream'),
    putOffer: (offer) =>
      put(`offers/${offer.offer.environment}`, JSON.stringify(offer), 'application/json'),
  };
}
