/** Runs as readers see them, put together from their rows. */
import type { Selectable } from 'kysely';
import type { PlanRunResult } from '../../contracts/activities.js';
import type { PlacementDecision } from '../../contracts/placement.js';
import type {
  ConclusionView,
  RunState,
  RunView,
  StepState,
  StepView,
} from '../../contracts/run.js';
import { findRequest, requestOf } from './requests.js';
import type { AcceptedRequest, RunFilter } from './store.js';
import { sumPages } from './sums.js';
import { parseJson, type Database, type Reader, type Tables } from './tables.js';

type RunRow = Selectable<Tables['runs']>;

export async function viewRun(db: Reader, run: string): Promise<RunView | undefined> {
  const row = await db.selectFrom('runs').selectAll().where('run', '=', run).executeTakeFirst();
  if (row) return viewOf(db, row);
  const accepted = await findRequest(db, run);
  return accepted && acceptedView(accepted);
}

/** Accepted and not begun yet: the control worker has not come to it. */
function acceptedView({
  run,
  requester,
  request,
  acceptedAt,
  isStarted,
}: AcceptedRequest): RunView {
  return {
    id: run,
    project: request.project,
    requester,
    request,
    state: 'accepted',
    analysis: null,
    plan: null,
    codes: [],
    waitingFor: isStarted ? null : 'the hub: the run is not started yet',
    acceptedAt,
    endedAt: null,
    placements: [],
    steps: [],
    conclusions: [],
  };
}

async function viewOf(db: Reader, row: RunRow): Promise<RunView> {
  const planned = row.planned === null ? null : parseJson<PlanRunResult>(row.planned);
  const placement = row.placement === null ? null : parseJson<PlacementDecision>(row.placement);
  return {
    id: row.run,
    project: row.project,
    requester: row.requester,
    request: parseJson(row.request),
    state: row.state as RunState,
    analysis: planned?.analysis ?? null,
    plan: planned?.plan ?? null,
    codes: parseJson(row.codes),
    waitingFor: row.waiting_for,
    acceptedAt: row.accepted_at,
    endedAt: row.ended_at,
    placements: placement?.placements ?? [],
    steps: await stepsOf(db, row.run),
    conclusions: await conclusionsOf(db, row.run),
  };
}

/** Books follow from the pages, which are ahead of the step's own row while it works. */
async function stepsOf(db: Reader, run: string): Promise<StepView[]> {
  const rows = await db
    .selectFrom('steps')
    .leftJoin('fan_outs', (join) =>
      join
        .onRef('fan_outs.run', '=', 'steps.run')
        .onRef('fan_outs.step', '=', 'steps.step')
        .onRef('fan_outs.dataset', '=', 'steps.dataset'),
    )
    .select(['steps.step', 'steps.dataset', 'environment', 'state', 'books', 'codes', 'shards'])
    .where('steps.run', '=', run)
    .orderBy('position')
    .execute();
  const pages = await db.selectFrom('pages').selectAll().where('run', '=', run).execute();
  const byStep = new Map<string, typeof pages>();
  for (const page of pages) {
    const key = `${page.step}@${page.dataset}`;
    byStep.set(key, [...(byStep.get(key) ?? []), page]);
  }
  return rows.map(({ step, dataset, environment, state, shards, ...row }) => {
    const own = byStep.get(`${step}@${dataset}`);
    const sums = own && sumPages(own, shards ?? own.length);
    return {
      step,
      dataset,
      environment,
      state: state as StepState,
      books: sums?.books ?? parseJson(row.books),
      codes: sums?.codes ?? parseJson(row.codes),
    };
  });
}

async function conclusionsOf(db: Reader, run: string): Promise<ConclusionView[]> {
  const rows = await db
    .selectFrom('conclusions')
    .select('view')
    .where('run', '=', run)
    .orderBy('accepted_at')
    .orderBy('step')
    .orderBy('name')
    .execute();
  return rows.map(({ view }) => parseJson(view));
}

export async function listRuns(db: Database, filter: RunFilter): Promise<RunView[]> {
  const begun = await begunRuns(db, filter);
  const waiting = await acceptedRequests(db, filter);
  const rows = [
    ...begun.map((row) => ({ acceptedAt: row.accepted_at, run: row.run, row, request: null })),
    ...waiting.map((request) => ({ ...request, row: null, request })),
  ].sort((a, b) => compareText(b.acceptedAt, a.acceptedAt) || compareText(b.run, a.run));
  const views: RunView[] = [];
  for (const { row, request } of rows.slice(0, filter.limit)) {
    views.push(row === null ? acceptedView(request) : await viewOf(db, row));
  }
  return views;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

async function begunRuns(db: Database, filter: RunFilter): Promise<RunRow[]> {
  const { projects, state, analysis, after, limit } = filter;
  let query = db.selectFrom('runs').selectAll();
  if (projects !== null) query = query.where('project', 'in', projects);
  if (state !== undefined) query = query.where('state', '=', state);
  if (analysis !== undefined) query = query.where('analysis_name', '=', analysis);
  if (after !== undefined) {
    query = query.where((row) =>
      row.eb(row.refTuple('accepted_at', 'run'), '<', row.tuple(after.acceptedAt, after.run)),
    );
  }
  return query.orderBy('accepted_at', 'desc').orderBy('run', 'desc').limit(limit).execute();
}

/** Those that no Activity has begun yet. */
async function acceptedRequests(db: Database, filter: RunFilter): Promise<AcceptedRequest[]> {
  const { projects, state, analysis, after, limit } = filter;
  if (state !== undefined && state !== 'accepted') return [];
  let query = db
    .selectFrom('requests')
    .selectAll()
    .where((row) =>
      row.not(
        row.exists(row.selectFrom('runs').select('run').whereRef('runs.run', '=', 'requests.run')),
      ),
    );
  if (projects !== null) query = query.where('project', 'in', projects);
  if (after !== undefined) {
    query = query.where((row) =>
      row.eb(row.refTuple('accepted_at', 'run'), '<', row.tuple(after.acceptedAt, after.run)),
    );
  }
  const rows = await query
    .orderBy('accepted_at', 'desc')
    .orderBy('run', 'desc')
    .limit(limit)
    .execute();
  return rows
    .map(requestOf)
    .filter(({ request }) => analysis === undefined || request.analysis === analysis);
}
