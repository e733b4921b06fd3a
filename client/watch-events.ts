/** Server-sent events that go on where they broke off. */
import { createParser } from 'eventsource-parser';
import { ENDED_STATES, type RunEvent, type RunView } from '../contracts/run.js';
import { pause, type Http } from './http.js';

export interface EventWatch {
  /** Of the run. */
  path: string;
  /** Sequence of the last event that is known. */
  after?: number;
  signal?: AbortSignal | undefined;
}

/**
 * A stream that ends may have been cut, also in the middle of an event: it is over when the run has ended and a
 * whole stream brought nothing new.
 */
export async function* watchEvents(
  http: Http,
  { path, after = 0, signal }: EventWatch,
): AsyncGenerator<RunEvent, void, undefined> {
  let last = after;
  let attempt = 0;
  for (;;) {
    const stream = await openStream(http, path, { last, signal });
    const before = last;
    for await (const event of stream.events) {
      if (event.sequence <= last) continue;
      last = event.sequence;
      yield event;
      if (isEnd(event)) return;
    }
    const hasNews = last > before;
    if (!hasNews && stream.isWhole() && (await hasEnded(http, path, signal))) return;
    attempt = hasNews ? 1 : Math.min(attempt + 1, 6);
    await pause(null, attempt, signal);
  }
}

function isEnd({ type, data }: RunEvent): boolean {
  return type === 'run-changed' && ENDED_STATES.some((state) => state === data['state']);
}

async function hasEnded(
  http: Http,
  path: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const { state } = await http.json<RunView>({ path, signal });
  return ENDED_STATES.includes(state);
}

interface EventStream {
  events: AsyncGenerator<RunEvent, void, undefined>;
  /** Whether it was read to an end that the other side made. */
  isWhole(): boolean;
}

async function openStream(
  http: Http,
  path: string,
  { last, signal }: { last: number; signal: AbortSignal | undefined },
): Promise<EventStream> {
  const headers = { Accept: 'text/event-stream', 'Last-Event-ID': String(last) };
  const response = await http.send({ path: `${path}/events`, headers, signal });
  let isWhole = false;
  async function* read(): AsyncGenerator<RunEvent, void, undefined> {
    const ready: RunEvent[] = [];
    const parser = createParser({
      onEvent: ({ data }) => ready.push(JSON.parse(data) as RunEvent),
    });
    const decoder = new TextDecoder();
    try {
      for await (const chunk of response.body ?? []) {
        parser.feed(decoder.decode(chunk as Uint8Array, { stream: true }));
        yield* ready.splice(0);
      }
      isWhole = true;
    } catch (error) {
      if (signal?.aborted) throw error;
    }
  }
  return { events: read(), isWhole: () => isWhole };
}
