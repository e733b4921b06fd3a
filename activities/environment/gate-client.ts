/** The gate API as the worker calls it: three requests over loopback. */
import { randomUUID } from 'node:crypto';
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { sha256 } from '../../contracts/schemas/canonical.js';
import { admitResultSchema, releaseResultSchema } from '../../contracts/schemas/wire.js';
import type {
  AdmitInput,
  AdmitResult,
  ReleaseInput,
  ReleaseResult,
} from '../../contracts/wire/index.js';
import { failure, failureFor } from './failures.js';

export interface GateClient {
  /**
   * Path of the file with this digest; fetched once, checked, then kept.
   * @throws ApplicationFailure `input-unavailable`
   */
  input(digest: string): Promise<string>;
  /** @param manifest text of the feeder's `manifest.json` of kind `admit`. */
  admit(input: AdmitInput, manifest: string): Promise<AdmitResult>;
  /** @param directory name of the job whose files hold the conclusion. */
  release(input: ReleaseInput, directory: string): Promise<ReleaseResult>;
}

export interface GateClientOptions {
  url: string;
  /** Folder of the files kept. */
  inputs: string;
  timeoutSeconds?: number;
}

export function createGateClient({
  url,
  inputs,
  timeoutSeconds = 50,
}: GateClientOptions): GateClient {
  const call = (path: string, init: RequestInit = {}): Promise<Response> =>
    ask(`${url}${path}`, { ...init, signal: AbortSignal.timeout(timeoutSeconds * 1000) });
  const post = async (path: string, body: unknown): Promise<unknown> => {
    const headers = { 'content-type': 'application/json' };
    const response = await call(path, { method: 'POST', headers, body: JSON.stringify(body) });
    return response.json();
  };
  return {
    input: async (digest) => {
      const path = join(inputs, digest);
      if (existsSync(path)) return path;
      const response = await call(`/inputs/${digest}`);
      keep(path, digest, Buffer.from(await response.arrayBuffer()));
      return path;
    },
    admit: async (input, manifest) =>
      admitResultSchema.parse(await post('/admissions', { ...input, manifest })),
    release: async (input, directory) =>
      releaseResultSchema.parse(await post('/releases', { ...input, directory })),
  };
}

const errorSchema = z.object({ code: z.string() });

/** @throws ApplicationFailure with the gate's code; Error when it does not answer. */
async function ask(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init);
  if (response.ok) return response;
  const parsed = errorSchema.safeParse(await response.json().catch(() => undefined));
  if (!parsed.success) throw new Error(`the gate answered ${response.status}`);
  // A file that the gate does not know is, to the run, an input that is not there yet.
  throw failureFor(parsed.data.code === 'not-found' ? 'input-unavailable' : parsed.data.code);
}

function keep(path: string, digest: string, bytes: Buffer): void {
  if (sha256(bytes) !== digest) throw failure('input-unavailable');
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, bytes, { mode: 0o600, flush: true });
  renameSync(draft, path);
}
