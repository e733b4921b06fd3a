/**
 * The index of results: which job committed a result key, which shard of a run is bound to which key, and which
 * jobs a run has. One transaction a job; a result counts only with its row here and its job's manifest.
 */
import Database from 'libsql';

export interface StepPlace {
  run: string;
  step: string;
  dataset: string;
}

export interface KeyedShard {
  shard: number;
  key: string;
}

export interface CommittedShard extends KeyedShard {
  /** list -> items that this shard made. */
  counts: Record<string, number>;
}

export interface BoundShard extends CommittedShard {
  /** Name of the job whose folder holds the output. */
  job: string;
  /** The result was there before this run asked. */
  isReused: boolean;
}

export interface IndexedJob extends StepPlace {
  name: string;
  try: number;
  shards: string;
  provider: string;
}

const SCHEMA = `
CREATE TABLE IF NOT EXISTS results (
  key TEXT NOT NULL, step TEXT NOT NULL, job TEXT NOT NULL, counts TEXT NOT NULL, PRIMARY KEY (key, step)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS bindings (
  run TEXT NOT NULL, step TEXT NOT NULL, dataset TEXT NOT NULL, shard INTEGER NOT NULL,
  key TEXT NOT NULL, reused INTEGER NOT NULL, PRIMARY KEY (run, step, dataset, shard)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS fan_outs (
  run TEXT NOT NULL, step TEXT NOT NULL, dataset TEXT NOT NULL, shards INTEGER NOT NULL,
  PRIMARY KEY (run, step, dataset)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS jobs (
  name TEXT PRIMARY KEY, run TEXT NOT NULL, step TEXT NOT NULL, dataset TEXT NOT NULL, try INTEGER NOT NULL,
  shards TEXT NOT NULL, provider TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS jobs_of_run ON jobs (run);
CREATE TABLE IF NOT EXISTS cancelled (name TEXT PRIMARY KEY) WITHOUT ROWID;
`;

interface BoundRow {
  shard: number;
  key: string;
  job: string;
  counts: string;
  reused: number;
}

export class ResultIndex {
  readonly #db: InstanceType<typeof Database>;

  /** @param path of the SQLite file, or `:memory:`. */
  constructor(path: string) {
    this.#db = new Database(path);
    this.#db.pragma('journal_mode = WAL');
    // A committed result must never run again: it survives a power cut as well.
    this.#db.pragma('synchronous = FULL');
    this.#db.pragma('busy_timeout = 5000');
    this.#db.exec(SCHEMA);
  }

  close(): void {
    this.#db.close();
  }

  /**
   * Binds those of the shards whose key was committed, by whichever run, and returns what is bound now.
   * @param isKept whether a job's folder is still there; results of others are forgotten.
   */
  bindCommitted(
    place: StepPlace,
    shards: readonly KeyedShard[],
    isKept: (job: string) => boolean = () => true,
  ): Map<number, BoundShard> {
    return this.#atomically(() => {
      for (const { shard, key } of shards) {
        const job = this.#jobOf(key, place.step);
        if (job === undefined) continue;
        if (isKept(job)) this.#bind(place, { shard, key, isReused: true });
        else this.#forget(key, place.step);
      }
      return this.#boundAs(place, shards);
    });
  }

  /** Commits a job's results: the first commit of a key wins, later ones bind to it. Idempotent. */
  commit(place: StepPlace, job: string, shards: readonly CommittedShard[]): void {
    this.#atomically(() => {
      const insert = this.#db.prepare(
        'INSERT OR IGNORE INTO results (key, step, job, counts) VALUES (?, ?, ?, ?)',
      );
      for (const { shard, key, counts } of shards) {
        insert.run(key, place.step, job, JSON.stringify(counts));
        this.#bind(place, { shard, key, isReused: this.#jobOf(key, place.step) !== job });
      }
    });
  }

  /** Bound shards of a step, in order: all of them, or those from `first` to `last`. */
  bindingsOf(
    { run, step, dataset }: StepPlace,
    { first = 0, last = Number.MAX_SAFE_INTEGER }: { first?: number; last?: number } = {},
  ): BoundShard[] {
    const rows = this.#db
      .prepare(
        `SELECT shard, bindings.key AS key, job, counts, reused
           FROM bindings JOIN results ON results.key = bindings.key AND results.step = bindings.step
          WHERE run = ? AND bindings.step = ? AND dataset = ? AND shard BETWEEN ? AND ?
          ORDER BY shard`,
      )
      .all(run, step, dataset, first, last) as BoundRow[];
    return rows.map(({ shard, key, job, counts, reused }) => ({
      shard,
      key,
      job,
      counts: JSON.parse(counts) as Record<string, number>,
      isReused: reused === 1,
    }));
  }

  /** Of these shards, in ascending order, the ones that are bound to exactly these keys. */
  boundAs(place: StepPlace, shards: readonly KeyedShard[]): Map<number, BoundShard> {
    return this.#boundAs(place, shards);
  }

  putShards({ run, step, dataset }: StepPlace, shards: number): void {
    this.#db
      .prepare(
        `INSERT INTO fan_outs (run, step, dataset, shards) VALUES (?, ?, ?, ?)
         ON CONFLICT (run, step, dataset) DO UPDATE SET shards = excluded.shards`,
      )
      .run(run, step, dataset, shards);
  }

  /** How many shards a step has; undefined when no job of it was asked yet. */
  shardsOf({ run, step, dataset }: StepPlace): number | undefined {
    const row = this.#db
      .prepare('SELECT shards FROM fan_outs WHERE run = ? AND step = ? AND dataset = ?')
      .get(run, step, dataset) as { shards: number } | undefined;
    return row?.shards;
  }

  putJob({ name, run, step, dataset, shards, provider, try: tried }: IndexedJob): void {
    this.#db
      .prepare(
        `INSERT OR IGNORE INTO jobs (name, run, step, dataset, try, shards, provider)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(name, run, step, dataset, tried, shards, provider);
  }

  job(name: string): IndexedJob | undefined {
    return this.#db.prepare('SELECT * FROM jobs WHERE name = ?').get(name) as
      IndexedJob | undefined;
  }

  jobsOf(run: string): IndexedJob[] {
    return this.#db
      .prepare('SELECT * FROM jobs WHERE run = ? ORDER BY name')
      .all(run) as IndexedJob[];
  }

  /** So that a job whose cancel came before its submission is never submitted. */
  markCancelled(name: string): void {
    this.#db.prepare('INSERT OR IGNORE INTO cancelled (name) VALUES (?)').run(name);
  }

  isCancelled(name: string): boolean {
    return this.#db.prepare('SELECT 1 FROM cancelled WHERE name = ?').get(name) !== undefined;
  }

  #jobOf(key: string, step: string): string | undefined {
    const row = this.#db
      .prepare('SELECT job FROM results WHERE key = ? AND step = ?')
      .get(key, step) as { job: string } | undefined;
    return row?.job;
  }

  #forget(key: string, step: string): void {
    this.#db.prepare('DELETE FROM results WHERE key = ? AND step = ?').run(key, step);
  }

  /** A binding to the same key stays as it is: who made it once, made it. */
  #bind(
    { run, step, dataset }: StepPlace,
    { shard, key, isReused }: KeyedShard & { isReused: boolean },
  ): void {
    this.#db
      .prepare(
        `INSERT INTO bindings (run, step, dataset, shard, key, reused) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (run, step, dataset, shard)
         DO UPDATE SET key = excluded.key, reused = excluded.reused WHERE key <> excluded.key`,
      )
      .run(run, step, dataset, shard, key, isReused ? 1 : 0);
  }

  #boundAs(place: StepPlace, shards: readonly KeyedShard[]): Map<number, BoundShard> {
    const keys = new Map(shards.map(({ shard, key }) => [shard, key]));
    const [first, last] = [shards[0]?.shard ?? 0, shards.at(-1)?.shard ?? 0];
    const bound = this.bindingsOf(place, { first, last }).filter(
      ({ shard, key }) => keys.get(shard) === key,
    );
    return new Map(bound.map((entry) => [entry.shard, entry]));
  }

  #atomically<T>(work: () => T): T {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#db.exec('COMMIT');
      return result;
    } catch (error) {
      this.#db.exec('ROLLBACK');
      throw error;
    }
  }
}
