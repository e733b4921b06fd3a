/** Files of the exchange over HTTP: one range, digest and entity tag (RFC 9110, 9530). */
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import type { ByteRange, Exchange } from '../hub/exchange/exchange.js';
import { ApiProblem } from './problem.js';

export interface SentFile {
  sha256: string;
  contentType: string;
  /** For whoever saves it; null: as the reader likes. */
  fileName: string | null;
}

export async function sendFile(
  exchange: Exchange,
  { sha256, contentType, fileName }: SentFile,
  { request, response }: { request: Request; response: Response },
): Promise<void> {
  const bytes = await exchange.size(sha256);
  if (bytes === undefined) throw new ApiProblem('not-found');
  const etag = `"${sha256}"`;
  const digest = Buffer.from(sha256, 'hex').toString('base64');
  response.set({
    ETag: etag,
    'Repr-Digest': `sha-256=:${digest}:`,
    Digest: `sha-256=${digest}`,
    'Accept-Ranges': 'bytes',
    'Cache-Control': 'private, immutable, max-age=31536000',
    'Content-Type': contentType,
  });
  if (fileName !== null) response.set('Content-Disposition', `attachment; filename="${fileName}"`);
  if (hasAlready(request.get('If-None-Match'), etag)) {
    response.status(304).end();
    return;
  }
  const range = rangeOf(request, { bytes, etag });
  if (range)
    response.status(206).set('Content-Range', `bytes ${range.first}-${range.last}/${bytes}`);
  response.set('Content-Length', String(range ? range.last - range.first + 1 : bytes));
  if (request.method === 'HEAD') response.end();
  else await pipeline(await exchange.stream(sha256, range), response).catch(ignoreAbort);
}

/** A list of tags, or `*`. */
function hasAlready(header: string | undefined, etag: string): boolean {
  return (
    header !== undefined &&
    header.split(',').some((tag) => ['*', etag].includes(tag.trim().replace(/^W\//, '')))
  );
}

/**
 * @returns undefined for the whole file: no range, one for another version, or several at once.
 * @throws ApiProblem when the range lies outside the file.
 */
function rangeOf(
  request: Request,
  { bytes, etag }: { bytes: number; etag: string },
): ByteRange | undefined {
  const ifRange = request.get('If-Range');
  if (ifRange !== undefined && ifRange !== etag) return undefined;
  const range = parseRange(request.get('Range') ?? '', bytes);
  if (range === undefined || (range.first < bytes && range.first <= range.last)) return range;
  throw new ApiProblem('range-not-satisfiable', {
    headers: { 'Content-Range': `bytes */${bytes}` },
  });
}

/** `bytes=0-99`, `bytes=100-`, or `bytes=-100` for the last hundred. */
function parseRange(header: string, bytes: number): ByteRange | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header) ?? [];
  if (first === '' && last === '') return undefined;
  if (first === '') return { first: Math.max(0, bytes - Number(last)), last: bytes - 1 };
  return {
    first: Number(first),
    last: last === '' ? bytes - 1 : Math.min(Number(last), bytes - 1),
  };
}

function ignoreAbort(error: unknown): void {
  // The reader went away.
  if (error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE')
    return;
  throw error;
}
