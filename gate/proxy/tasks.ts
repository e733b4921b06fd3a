/** Tasks that were handed out: only their tokens are taken back, byte for byte, and answered once. */
import { createRecords, type Db } from '../state/database.js';
import { canonicalJson } from '../../contracts/schemas/canonical.js';
import type { EnvironmentActivity, RunJobInput } from '../../contracts/wire/index.js';

export interface Task {
  activity: EnvironmentActivity;
  /** As validated. */
  input: unknown;
  /** The list that the step fans out; null: none. */
  list: string | null;
  /** The first answer; later ones are sent as this one. */
  answer: Answer | null;
  isDone: boolean;
  at: string;
}

export interface Answer {
  method: `RespondActivityTask${'Completed' | 'Failed' | 'Canceled'}`;
  /** base64 */
  message: string;
}

/** An Activity may wait for months: its token is kept as long; one that was answered for a day. */
const KEPT_DAYS = 400;

export function createTasks(db: Db, now: () => Date = () => new Date()) {
  const records = createRecords<Task>(db, 'tasks');
  const decisions = createRecords<unknown>(db, 'decisions');
  const failures = createRecords<Record<string, number>>(db, 'failures');
  const daysAgo = (days: number) => new Date(now().getTime() - days * 86_400_000).toISOString();
  db.prepare(
    `DELETE FROM tasks WHERE record ->> 'at' < ? OR (record ->> 'isDone' AND record ->> 'at' < ?)`,
  ).run(daysAgo(KEPT_DAYS), daysAgo(1));
  const keyOf = (token: Uint8Array) => Buffer.from(token).toString('base64');
  /** Undefined for a token that was not handed out, or is answered. */
  const find = (token: Uint8Array): Task | undefined => {
    const task = records.get(keyOf(token));
    return task?.isDone === false ? task : undefined;
  };
  const change = (token: Uint8Array, changes: Partial<Task>): void => {
    const task = find(token);
    if (task) records.put({ ...task, ...changes }, keyOf(token));
  };
  return {
    find,
    keep: (token: Uint8Array, task: Pick<Task, 'activity' | 'input' | 'list'>): void => {
      const state = { answer: null, isDone: false, at: now().toISOString() };
      records.keep({ ...task, ...state }, keyOf(token));
    },
    keepAnswer: (token: Uint8Array, answer: Answer): void => change(token, { answer }),
    finish: (token: Uint8Array): void => change(token, { isDone: true }),
    /** Each job counts once, however often it is told. @returns failures of the step so far */
    addFailures: ({ run, step, dataset, shards, try: tried }: RunJobInput, failed: number) => {
      const counts = failures.get(run, step, dataset) ?? {};
      const name = `${tried}/${shards}`;
      counts[name] = Math.max(counts[name] ?? 0, failed);
      if (failed > 0) failures.put(counts, run, step, dataset);
      return Object.values(counts).reduce((sum, count) => sum + count, 0);
    },
    /** What the gate decided of an input: the worker's word for it is not needed, so it is not taken. */
    decide: (activity: EnvironmentActivity, input: object, decision: unknown): void =>
      decisions.put(decision, activity, inputKey(input)),
    decision: (activity: EnvironmentActivity, input: object) =>
      decisions.get(activity, inputKey(input)),
  };
}

/** A preview that is false is none. */
function inputKey(input: object): string {
  const isPreview = 'preview' in input && input.preview === true;
  return canonicalJson({ ...input, preview: isPreview });
}
