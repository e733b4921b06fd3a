/** Migrations, in order. One that was released never changes. */
import type { Kysely, Migration } from 'kysely';

async function createRuns(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('requests')
    .addColumn('run', 'text', (column) => column.primaryKey())
    .addColumn('project', 'text', (column) => column.notNull())
    .addColumn('requester', 'text', (column) => column.notNull())
    .addColumn('request', 'text', (column) => column.notNull())
    .addColumn('digest', 'text', (column) => column.notNull())
    .addColumn('accepted_at', 'text', (column) => column.notNull())
    .addColumn('is_started', 'integer', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('runs')
    .addColumn('run', 'text', (column) => column.primaryKey())
    .addColumn('project', 'text', (column) => column.notNull())
    .addColumn('analysis_name', 'text', (column) => column.notNull())
    .addColumn('requester', 'text', (column) => column.notNull())
    .addColumn('request', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('planned', 'text')
    .addColumn('placement', 'text')
    .addColumn('codes', 'text', (column) => column.notNull())
    .addColumn('waiting_for', 'text')
    .addColumn('accepted_at', 'text', (column) => column.notNull())
    .addColumn('ended_at', 'text')
    .addColumn('sequence', 'integer', (column) => column.notNull())
    .execute();
  for (const table of ['requests', 'runs']) {
    await db.schema
      .createIndex(`${table}_newest`)
      .on(table)
      .columns(['accepted_at', 'run'])
      .execute();
  }
}

async function createSteps(db: Kysely<unknown>): Promise<void> {
  const key = ['run', 'step', 'dataset'] as const;
  await db.schema
    .createTable('steps')
    .addColumn('run', 'text', (column) => column.notNull())
    .addColumn('step', 'text', (column) => column.notNull())
    .addColumn('dataset', 'text', (column) => column.notNull())
    .addColumn('environment', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('books', 'text', (column) => column.notNull())
    .addColumn('codes', 'text', (column) => column.notNull())
    .addColumn('position', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('steps_key', [...key])
    .execute();
  await db.schema
    .createTable('fan_outs')
    .addColumn('run', 'text', (column) => column.notNull())
    .addColumn('step', 'text', (column) => column.notNull())
    .addColumn('dataset', 'text', (column) => column.notNull())
    .addColumn('shards', 'integer', (column) => column.notNull())
    .addColumn('page_shards', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('fan_outs_key', [...key])
    .execute();
  await db.schema
    .createTable('pages')
    .addColumn('run', 'text', (column) => column.notNull())
    .addColumn('step', 'text', (column) => column.notNull())
    .addColumn('dataset', 'text', (column) => column.notNull())
    .addColumn('page', 'integer', (column) => column.notNull())
    .addColumn('first', 'integer', (column) => column.notNull())
    .addColumn('states', 'text', (column) => column.notNull())
    .addColumn('codes', 'text', (column) => column.notNull())
    .addColumn('counts', 'text', (column) => column.notNull())
    .addColumn('revision', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('pages_key', [...key, 'page'])
    .execute();
}

async function createRecords(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('conclusions')
    .addColumn('run', 'text', (column) => column.notNull())
    .addColumn('step', 'text', (column) => column.notNull())
    .addColumn('dataset', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('view', 'text', (column) => column.notNull())
    .addColumn('accepted_at', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('conclusions_key', ['run', 'step', 'dataset', 'name'])
    .execute();
  await db.schema
    .createTable('events')
    .addColumn('run', 'text', (column) => column.notNull())
    .addColumn('sequence', 'integer', (column) => column.notNull())
    .addColumn('at', 'text', (column) => column.notNull())
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('data', 'text', (column) => column.notNull())
    .addColumn('key', 'text')
    .addPrimaryKeyConstraint('events_key', ['run', 'sequence'])
    .addUniqueConstraint('events_once', ['run', 'key'])
    .execute();
  await db.schema
    .createTable('decisions')
    .addColumn('run', 'text', (column) => column.notNull())
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('selection', 'text')
    .addColumn('by', 'text', (column) => column.notNull())
    .addColumn('reason', 'text')
    .addColumn('at', 'text', (column) => column.notNull())
    .addColumn('shards', 'integer')
    .addPrimaryKeyConstraint('decisions_key', ['run', 'key'])
    .execute();
}

async function createCatalog(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('snapshots')
    .addColumn('digest', 'text', (column) => column.primaryKey())
    .addColumn('snapshot', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('offers')
    .addColumn('environment', 'text', (column) => column.primaryKey())
    .addColumn('at', 'text', (column) => column.notNull())
    .addColumn('offer', 'text', (column) => column.notNull())
    .execute();
}

export const MIGRATIONS: Record<string, Migration> = {
  '0001-first': {
    async up(db) {
      await createRuns(db);
      await createSteps(db);
      await createRecords(db);
      await createCatalog(db);
    },
  },
};
