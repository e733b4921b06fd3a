/** Tasks that were handed out: only their tokens are taken back, byte for byte, and answered once. */
import { createRecords, type Db } from '../state/database.js';
import type { EnvironmentActivity } from '../../contracts/wire/index.js';

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
  method: AnswerMethod;
  /** base64 */
  message: string;
}

export type AnswerMethod =
  'RespondActivityTaskCompleted' | 'RespondActivityTaskFailed' | 'RespondActivityTaskCanceled';

export interface Tasks {
  keep(token: Uint8Array, task: Pick<Task, 'activity' | 'input' | 'list'>): void;
  /** Undefined for a token that was not handed out, or is answered. */
  find(token: Uint8Array): Task | undefined;
  /** @returns the answer that stands: this one, or the one before it. */
  answer(token: Uint8Array, answer: Answer): Answer;
  finish(token: Uint8Array): void;
}

/** An Activity may wait for months: its token is kept as long. */
const KEPT_DAYS = 400;

export function createTasks(db: Db, now: () => Date = () => new Date()): Tasks {
  const records = createRecords<Task>(db, 'tasks', ['token']);
  db.exec("CREATE INDEX IF NOT EXISTS tasks_at ON tasks (json_extract(record, '$.at'))");
  const oldest = new Date(now().getTime() - KEPT_DAYS * 86_400_000).toISOString();
  const yesterday = new Date(now().getTime() - 86_400_000).toISOString();
  db.prepare("DELETE FROM tasks WHERE json_extract(record, '$.at') < ?").run(oldest);
  db.prepare(
    "DELETE FROM tasks WHERE json_extract(record, '$.isDone') AND json_extract(record, '$.at') < ?",
  ).run(yesterday);
  const keyOf = (token: Uint8Array) => [Buffer.from(token).toString('base64')];
  const find = (token: Uint8Array) => {
    const task = records.get(keyOf(token));
    return task?.isDone === false ? task : undefined;
  };
  const change = (token: Uint8Array, changes: Partial<Task>) => {
    const task = find(token);
    if (task) records.put(keyOf(token), { ...task, ...changes });
  };
  return {
    keep: (token, task) => {
      const at = now().toISOString();
      records.keep(keyOf(token), { ...task, answer: null, isDone: false, at });
    },
    find,
    answer: (token, answer) => {
      const first = find(token)?.answer;
      if (!first) change(token, { answer });
      return first ?? answer;
    },
    finish: (token) => change(token, { isDone: true }),
  };
}
