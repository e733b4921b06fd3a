/** The tables of the store. JSON and times are text, so that SQLite and PostgreSQL hold the same. */
import type { Kysely, Transaction } from 'kysely';

export interface Tables {
  requests: {
    run: string;
    project: string;
    requester: string;
    request: string;
    digest: string;
    accepted_at: string;
    is_started: number;
  };
  runs: {
    run: string;
    project: string;
    analysis_name: string;
    requester: string;
    request: string;
    state: string;
    planned: string | null;
    placement: string | null;
    codes: string;
    waiting_for: string | null;
    accepted_at: string;
    ended_at: string | null;
    /** Of its last event. */
    sequence: number;
  };
  steps: {
    run: string;
    step: string;
    dataset: string;
    environment: string;
    state: string;
    books: string;
    codes: string;
    /** Order in which the steps began. */
    position: number;
  };
  fan_outs: { run: string; step: string; dataset: string; shards: number; page_shards: number };
  pages: {
    run: string;
    step: string;
    dataset: string;
    page: number;
    first: number;
    states: string;
    codes: string;
    counts: string;
    revision: number;
  };
  conclusions: {
    run: string;
    step: string;
    dataset: string;
    name: string;
    view: string;
    accepted_at: string;
  };
  events: {
    run: string;
    sequence: number;
    at: string;
    type: string;
    data: string;
    /** The same for a repetition of the same event; null where what is recorded tells. */
    key: string | null;
  };
  decisions: {
    run: string;
    key: string;
    kind: string;
    selection: string | null;
    by: string;
    reason: string | null;
    at: string;
    /** Shards that it concerned, where the store knows. */
    shards: number | null;
  };
  snapshots: { digest: string; snapshot: string };
  offers: { environment: string; at: string; offer: string };
}

export type Database = Kysely<Tables>;
export type Writer = Transaction<Tables>;
/** Reads inside a transaction and outside. */
export type Reader = Database | Writer;

export function parseJson<T>(text: string): T {
  return JSON.parse(text) as T;
}
