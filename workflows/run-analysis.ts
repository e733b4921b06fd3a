/** One run: it plans, places, asks for admission, walks the DAG, holds every decision of people, and ends. */
import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  ChildWorkflowFailure,
  allHandlersFinished,
  condition,
  isCancellation,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { PlanRunResult } from '../contracts/activities.js';
import { runIdFromWorkflowId } from '../contracts/ids.js';
import {
  runStateQuery,
  type RunAnalysisInput,
  type RunAnalysisResult,
} from '../contracts/messages.js';
import { SEARCH_ATTRIBUTES } from '../contracts/search-attributes.js';
import { hub } from './activities.js';
import { admitEverywhere } from './admit.js';
import { closeRuns, endSteps } from './close.js';
import { registerDecisions } from './decisions.js';
import { codeOf, refusal } from './failure-codes.js';
import { RunBoard } from './run-board.js';
import { nodesOf } from './step-node.js';
import { walk } from './walk.js';

/** @throws ApplicationFailure `invalid-request` for an input that names no run, or another one than its id. */
export async function runAnalysis(input: RunAnalysisInput): Promise<RunAnalysisResult> {
  checkInput(input);
  const board = new RunBoard(input.run);
  const scope = new CancellationScope();
  registerDecisions(board, scope);
  setHandler(runStateQuery, () => board.state);
  scope.cancelRequested.catch(() => board.cancelling());
  return run(board, scope, input);
}

async function run(
  board: RunBoard,
  scope: CancellationScope,
  input: RunAnalysisInput,
): Promise<RunAnalysisResult> {
  tellWhoseItIs(input);
  let end: RunAnalysisResult;
  try {
    end = await scope.run(() => follow(board, input));
  } catch (error) {
    end = endAfter(error);
  }
  await CancellationScope.nonCancellable(() => close(board, end));
  return end;
}

async function follow(board: RunBoard, input: RunAnalysisInput): Promise<RunAnalysisResult> {
  const refused = (codes: RunAnalysisResult['codes']) => ({ state: 'refused' as const, codes });
  const plan = await planAndPlace(board, input);
  if ('codes' in plan) return refused(plan.codes);
  board.start();
  const codes = await admitEverywhere(board, plan.plan);
  if (codes.length > 0) return refused(codes);
  await walk({ board, limits: plan.limits, fanOuts: new Map() });
  return { state: 'done', codes: [] };
}

/** What the request itself is refused for is no failure of the Workflow. */
async function planAndPlace(
  board: RunBoard,
  { run: runId, requester, request }: RunAnalysisInput,
): Promise<PlanRunResult | Pick<RunAnalysisResult, 'codes'>> {
  try {
    // Also of a run that is cancelled at once: its first row is what the cancel is recorded in.
    const plan = await CancellationScope.nonCancellable(() =>
      hub.planRun({ run: runId, requester, request }),
    );
    const { placements } = await hub.placeRun({ run: runId, plan: plan.plan });
    board.placements = placements;
    board.nodes = nodesOf(plan, placements);
    tellWhere(board);
    return plan;
  } catch (error) {
    const code = codeOf(error, 'internal');
    if (isCancellation(error) || code === 'internal') throw error;
    return { codes: [{ code, about: null, dataset: null }] };
  }
}

function tellWhoseItIs({ request }: RunAnalysisInput): void {
  upsertSearchAttributes([
    { key: SEARCH_ATTRIBUTES.project, value: request.project },
    { key: SEARCH_ATTRIBUTES.analysis, value: request.analysis },
    { key: SEARCH_ATTRIBUTES.state, value: 'accepted' },
  ]);
}

/**
 * Backend services start runs straight on Temporal. What the store could not even name is refused here; all else is
 * for `planRun` to judge, as the API does.
 */
function checkInput(input: Partial<RunAnalysisInput> | undefined): void {
  const { run: runId, request } = input ?? {};
  const isNamed = runId === runIdFromWorkflowId(workflowInfo().workflowId);
  const isSaid = typeof request?.project === 'string' && typeof request.analysis === 'string';
  if (!isNamed || !isSaid) throw refusal('invalid-request');
}

function tellWhere({ placements }: RunBoard): void {
  const environments = [...new Set(placements.map(({ environment }) => environment))];
  upsertSearchAttributes([{ key: SEARCH_ATTRIBUTES.environments, value: environments }]);
}

/**
 * @throws what no Activity or child failed with: a fault of this code, which Temporal tries again until a build
 *   with the fix is there.
 */
function endAfter(error: unknown): RunAnalysisResult {
  if (isCancellation(error)) return { state: 'cancelled', codes: [] };
  const isKnown =
    error instanceof ApplicationFailure ||
    error instanceof ActivityFailure ||
    error instanceof ChildWorkflowFailure;
  if (!isKnown) throw error;
  return {
    state: 'failed',
    codes: [{ code: codeOf(error, 'internal'), about: null, dataset: null }],
  };
}

async function close(board: RunBoard, { state, codes }: RunAnalysisResult): Promise<void> {
  await endSteps(board, state);
  await closeRuns(board, state);
  await board.end(state, codes);
  await condition(allHandlersFinished);
}
