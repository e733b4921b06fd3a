/** Server-sent events of a run: the API tails the store, so any number of processes may. */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Response } from 'express';
import { ENDED_STATES, type RunEvent, type RunState } from '../contracts/run.js';
import type { ApiDeps } from './deps.js';
import { eventFor } from './hide.js';
import type { Identity } from './identity.js';

export interface EventStream {
  identity: Identity;
  run: string;
  /** Sequence of the last event that the reader has. */
  after: number;
  response: Response;
}

const EVENTS_AT_ONCE = 200;
/** A comment now and then: proxies end a connection that is silent. */
const COMMENT_EVERY_MILLISECONDS = 15_000;

/** Resolves when the run has ended and all is sent, or the reader is gone. */
export async function streamEvents(
  { store, limits }: ApiDeps,
  { identity, run, after, response }: EventStream,
): Promise<void> {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  response.status(200).set({
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-store',
    'X-Accel-Buffering': 'no',
  });
  response.flushHeaders();
  let sequence = after;
  let commentedAt = Date.now();
  while (!gone.signal.aborted) {
    // Looked at before the events: what an end leaves behind is read after it.
    const isOver = await hasEnded(store, run);
    const events = await store.events.after(run, sequence, EVENTS_AT_ONCE);
    for (const event of events)
      await write(response, format(eventFor(identity, event)), gone.signal);
    sequence = events.at(-1)?.sequence ?? sequence;
    if (events.length === EVENTS_AT_ONCE) continue;
    if (isOver) break;
    if (Date.now() - commentedAt > COMMENT_EVERY_MILLISECONDS) {
      await write(response, ': waiting\n\n', gone.signal);
      commentedAt = Date.now();
    }
    await sleep(limits.eventPollMilliseconds);
  }
  response.end();
}

async function hasEnded(store: ApiDeps['store'], run: string): Promise<boolean> {
  const state: RunState | undefined = await store.runs.stateOf(run);
  return state !== undefined && ENDED_STATES.includes(state);
}

function format(event: RunEvent): string {
  return `id: ${event.sequence}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

async function write(response: Response, text: string, signal: AbortSignal): Promise<void> {
  if (signal.aborted || response.write(text)) return;
  await once(response, 'drain', { signal }).catch(() => undefined);
}
