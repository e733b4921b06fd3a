/** HTTP with tokens, problem details, and patience where a repetition does no harm. */
import { ApiError, UnreachableError } from './api-error.js';

export interface HttpOptions {
  /** The API's address, e.g. `http://127.0.0.1:7080`. */
  url: string;
  token: string;
  /** Default: the global one. */
  fetch?: typeof fetch;
}

export interface HttpRequest {
  method?: 'GET' | 'POST';
  path: string;
  query?: Record<string, string | number | undefined>;
  headers?: Record<string, string>;
  body?: unknown;
  signal?: AbortSignal | undefined;
  /** Whether it may be sent again when nobody answered. Default: for GET. */
  isRepeatable?: boolean;
}

const TRIES = 4;

export class Http {
  readonly #options: HttpOptions;

  constructor(options: HttpOptions) {
    this.#options = options;
  }

  async json<T>(request: HttpRequest): Promise<T> {
    return (await (await this.send(request)).json()) as T;
  }

  /** @throws ApiError; UnreachableError */
  async send(request: HttpRequest): Promise<Response> {
    const tries = isRepeatable(request) ? TRIES : 1;
    for (let attempt = 1; ; attempt += 1) {
      const isLast = attempt === tries;
      const response = await this.#tryOnce(request, isLast);
      if (response?.ok) return response;
      if (response && (isLast || !isTransient(response.status))) throw await errorOf(response);
      await pause(response?.headers.get('Retry-After'), attempt, request.signal);
    }
  }

  /** @returns undefined when nobody answered and there is another try. */
  async #tryOnce(request: HttpRequest, isLast: boolean): Promise<Response | undefined> {
    const { fetch: send = fetch, url } = this.#options;
    try {
      return await send(addressOf(url, request), this.#initOf(request));
    } catch (error) {
      if (request.signal?.aborted) throw error;
      if (!isLast) return undefined;
      const why = error instanceof Error ? error.message : String(error);
      throw new UnreachableError(`${url} does not answer (${why})`, { cause: error });
    }
  }

  #initOf({ method = 'GET', headers = {}, body, signal }: HttpRequest): RequestInit {
    const own: Record<string, string> = {
      Authorization: `Bearer ${this.#options.token}`,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    };
    return {
      method,
      headers: own,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    };
  }
}

function isRepeatable({ method = 'GET', isRepeatable: isSaid }: HttpRequest): boolean {
  return isSaid ?? method === 'GET';
}

function addressOf(url: string, { path, query = {} }: HttpRequest): URL {
  const address = new URL(path, url);
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) address.searchParams.set(name, String(value));
  return address;
}

function isTransient(status: number): boolean {
  return status === 429 || status === 502 || status === 503 || status === 504;
}

async function errorOf(response: Response): Promise<ApiError> {
  try {
    return new ApiError(response.status, (await response.json()) as Record<string, unknown>);
  } catch {
    return new ApiError(response.status, {});
  }
}

export async function pause(
  retryAfter: string | null | undefined,
  attempt: number,
  signal?: AbortSignal,
): Promise<void> {
  const asked = Number(retryAfter) * 1000;
  const milliseconds = asked > 0 ? Math.min(asked, 30_000) : 200 * 2 ** (attempt - 1);
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
  signal?.throwIfAborted();
}
