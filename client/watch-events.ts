/** Server-sent events that go on where they broke off. */
import { createParser } from 'eventsource-parser';
import { ENDED_STATES, type RunEvent, type RunView } from '../contracts/run.js';
import { pause, type Http } from './http.js';

export interface EventWatch {
  run: string;
  path: string;
  /** Sequence of the last event that is known. */
  after?: number;
  signal?: AbortSignal | undefined;
}

export async function* watchEvents(
  http: Http,
  { run, path, after = 0, signal }: EventWatch,
): AsyncGenerator<RunEvent, void, undefined> {
  let last = after;
  for (let attempt = 1; ; attempt += 1) {
    const headers = { Accept: 'text/event-stream', 'Last-Event-ID': String(last) };
    const response = await http.send({ path: `${path}/events`, headers, signal });
    for await (const event of eventsOf(response, signal)) {
      if (event.run !== run || event.sequence <= last) continue;
      last = event.sequence;
      attempt = 1;
      yield event;
    }
    // The stream ends with the run; when it ends before, somebody cut the connection.
    const { state } = await http.json<RunView>({ path, signal });
    if (ENDED_STATES.includes(state)) return;
    await pause(null, Math.min(attempt, 6), signal);
  }
}

async function* eventsOf(
  response: Response,
  signal: AbortSignal | undefined,
): AsyncGenerator<RunEvent, void, undefined> {
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
  } catch (error) {
    if (signal?.aborted) throw error;
  }
}
