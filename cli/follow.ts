/** Follows a run by its events: each says that something changed, the run itself says what. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RestClient } from '../client/index.js';
import { ENDED_STATES, type RunEvent, type RunView } from '../contracts/run.js';

export interface FollowOptions {
  signal?: AbortSignal;
  onChange: (run: RunView) => void;
  onEvent?: (event: RunEvent) => void;
}

/** At most one look at the run in this time, however many events come. */
const EVERY_MILLISECONDS = 250;
/** A run that waits for a person may have been decided on just now, which it shows a moment later. */
const SETTLED_AFTER_MILLISECONDS = 2000;

/** @returns the run as it ended, or as it is when the signal fires or when it waits for a person */
export async function followRun(
  client: RestClient,
  id: string,
  { signal, onChange, onEvent }: FollowOptions,
): Promise<RunView> {
  const own = new AbortController();
  const stream = watchEvents(client, id, {
    signal: signal === undefined ? own.signal : AbortSignal.any([signal, own.signal]),
    onEvent,
  });
  const settled = Date.now() + SETTLED_AFTER_MILLISECONDS;
  for (;;) {
    stream.hasNews = false;
    const run = await client.getRun(id);
    onChange(run);
    const isOver = () =>
      stream.hasEnded || isLast(run) || (needsPerson(run) && Date.now() > settled);
    if (isOver() || signal?.aborted === true) {
      own.abort();
      return run;
    }
    while (!stream.hasNews && !isOver()) await sleep(EVERY_MILLISECONDS);
    if (stream.error !== undefined) throw stream.error;
  }
}

interface Stream {
  hasNews: boolean;
  hasEnded: boolean;
  error?: Error;
}

interface StreamOptions {
  signal: AbortSignal;
  onEvent: FollowOptions['onEvent'] | undefined;
}

function watchEvents(client: RestClient, id: string, { signal, onEvent }: StreamOptions): Stream {
  const stream: Stream = { hasNews: false, hasEnded: false };
  const read = async () => {
    for await (const event of client.watchRun(id, { signal })) {
      onEvent?.(event);
      stream.hasNews = true;
    }
  };
  read()
    .catch((error: unknown) => {
      if (!signal.aborted) stream.error = error instanceof Error ? error : new Error(String(error));
    })
    .finally(() => (stream.hasEnded = true));
  return stream;
}

function isLast({ state }: RunView): boolean {
  return ENDED_STATES.includes(state);
}

function needsPerson({ state }: RunView): boolean {
  return state === 'needs-attention';
}
