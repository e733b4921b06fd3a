/** Runs: what was asked, planned, placed and decided, and their state. */
import type { RecordDecisionInput, RecordRunInput } from '../../contracts/activities.js';
import type { PlacementDecision } from '../../contracts/placement.js';
import { ENDED_STATES, type RunState } from '../../contracts/run.js';
import { appendEvent, lockRun } from './events.js';
import { findRequest } from './requests.js';
import { listRuns, viewRun } from './run-view.js';
import type { NewRun, RunStore } from './store.js';
import { parseJson, type Database, type Writer } from './tables.js';

export function createRunStore(db: Database): RunStore {
  const inRun = <T>(run: string, act: (writer: Writer) => Promise<T>): Promise<T> =>
    db.transaction().execute(async (writer) => {
      if (!(await lockRun(writer, run))) throw new Error(`the run ${run} was never begun`);
      return act(writer);
    });
  return {
    begin: (run) => db.transaction().execute((writer) => begin(writer, run)),
    planOf: (run) => readJson(db, run, 'planned'),
    savePlan: (run, plan) =>
      inRun(run, async (writer) => {
        const { analysis, datasets } = plan;
        const data = { plan: plan.plan, analysis, datasets };
        if (!(await appendEvent(writer, run, { type: 'run-planned', data, key: 'planned' })))
          return;
        await writeJson(writer, run, { planned: JSON.stringify(plan) });
      }),
    placementOf: (run) => readJson(db, run, 'placement'),
    savePlacement: (run, decision, snapshot) =>
      inRun(run, (writer) => savePlacement(writer, run, { decision, snapshot })),
    record: (input) => inRun(input.run, (writer) => recordRun(writer, input)),
    recordAdmission: ({ run, dataset, isAdmitted, codes }) =>
      inRun(run, async (writer) => {
        const data = { dataset, isAdmitted, codes };
        await appendEvent(writer, run, {
          type: 'admission-decided',
          data,
          key: `admission:${dataset}`,
        });
      }),
    recordDecision: (input, key) =>
      inRun(input.run, (writer) => recordDecision(writer, input, key)),
    async stateOf(run) {
      const row = await db
        .selectFrom('runs')
        .select('state')
        .where('run', '=', run)
        .executeTakeFirst();
      return row && (row.state as RunState);
    },
    view: (run) => viewRun(db, run),
    list: (filter) => listRuns(db, filter),
  };
}

async function savePlacement(
  writer: Writer,
  run: string,
  { decision, snapshot }: { decision: PlacementDecision; snapshot: string },
): Promise<void> {
  const data = { placements: decision.placements, impossible: decision.impossible };
  if (!(await appendEvent(writer, run, { type: 'run-placed', data, key: 'placed' }))) return;
  await writeJson(writer, run, { placement: JSON.stringify(decision) });
  await writer
    .insertInto('snapshots')
    .values({ digest: decision.snapshot, snapshot })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

async function recordDecision(
  writer: Writer,
  { run, kind, selection, by, reason }: RecordDecisionInput,
  key: string,
): Promise<void> {
  const data = { kind, selection, by, reason };
  if (!(await appendEvent(writer, run, { type: 'decision-made', data, key }))) return;
  const at = new Date().toISOString();
  const text = selection && JSON.stringify(selection);
  await writer
    .insertInto('decisions')
    .values({ run, key, kind, selection: text, by, reason, at, shards: null })
    .execute();
}

async function begin(writer: Writer, { run, requester, request }: NewRun): Promise<void> {
  const now = new Date().toISOString();
  // A write first: see lockRun. The time is the request's own where the API took it.
  const inserted = await writer
    .insertInto('runs')
    .values({
      run,
      project: request.project,
      analysis_name: request.analysis,
      requester,
      request: JSON.stringify(request),
      state: 'accepted',
      planned: null,
      placement: null,
      codes: '[]',
      waiting_for: null,
      accepted_at: now,
      ended_at: null,
      sequence: 0,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (inserted.numInsertedOrUpdatedRows === 0n) return;
  const accepted = await findRequest(writer, run);
  if (accepted) {
    await writer
      .updateTable('runs')
      .set({ accepted_at: accepted.acceptedAt })
      .where('run', '=', run)
      .execute();
  }
  await appendEvent(writer, run, { type: 'run-accepted', data: { requester, request } });
}

async function recordRun(
  writer: Writer,
  { run, state, codes, waitingFor }: RecordRunInput,
): Promise<void> {
  const known = await writer
    .selectFrom('runs')
    .select(['state', 'codes', 'waiting_for'])
    .where('run', '=', run)
    .executeTakeFirstOrThrow();
  const next = { state, codes: JSON.stringify(codes), waiting_for: waitingFor };
  const isSame =
    known.state === state && known.codes === next.codes && known.waiting_for === waitingFor;
  if (isSame) return;
  const hasEnded = ENDED_STATES.includes(state);
  await writer
    .updateTable('runs')
    .set({ ...next, ended_at: hasEnded ? new Date().toISOString() : null })
    .where('run', '=', run)
    .execute();
  await appendEvent(writer, run, { type: 'run-changed', data: { state, codes, waitingFor } });
}

async function readJson<T>(
  db: Database,
  run: string,
  column: 'planned' | 'placement',
): Promise<T | undefined> {
  const row = await db
    .selectFrom('runs')
    .select(`${column} as text`)
    .where('run', '=', run)
    .executeTakeFirst();
  return row?.text == null ? undefined : parseJson<T>(row.text);
}

async function writeJson(
  writer: Writer,
  run: string,
  values: { planned: string } | { placement: string },
): Promise<void> {
  await writer.updateTable('runs').set(values).where('run', '=', run).execute();
}
