/** The exchange as the gate sees it: files by sha256, over HTTP, with the gate's own token. */
import type { SignedOffer } from '../../contracts/offer.js';

export type Exchange = ReturnType<typeof createExchange>;

const TIMEOUT_MS = 20_000;

/** Each call throws an Error when the hub does not answer, or not well. */
export function createExchange({ url, token }: { url: string; token: string }) {
  const send = async (path: string, init: RequestInit = {}): Promise<Buffer> => {
    const response = await fetch(`${url}/v1/${path}`, {
      ...init,
      headers: { ...init.headers, authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      redirect: 'error',
    });
    const body = Buffer.from(await response.arrayBuffer());
    if (response.ok) return body;
    throw new Error(`the hub answered ${response.status} for ${path}`);
  };
  const put = (path: string, body: string | Uint8Array<ArrayBuffer>, type: string) =>
    send(path, { method: 'PUT', body, headers: { 'content-type': type } });
  return {
    /** The bytes are not checked yet. */
    get: (sha256: string) => send(`exchange/${sha256}`),
    /** Idempotent. */
    put: (sha256: string, bytes: Buffer) =>
      put(`exchange/${sha256}`, new Uint8Array(bytes), 'application/octet-stream'),
    putOffer: (signed: SignedOffer) =>
      put(`offers/${signed.offer.environment}`, JSON.stringify(signed), 'application/json'),
  };
}
