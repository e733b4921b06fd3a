/** The hub's Activities: planning, placement, the read model, and the check of what the gates signed. */
import { Context } from '@temporalio/activity';
import type { HubActivities } from '../../contracts/activities.js';
import { acceptConclusion } from './accept-conclusion.js';
import type { HubActivityDeps } from './deps.js';
import { planPages, sumPages } from './pages.js';
import { placeRun } from './place-run.js';
import { planRun } from './plan-run.js';

export type { HubActivityDeps } from './deps.js';

export function createHubActivities(
  given: Omit<HubActivityDeps, 'activityKey'> & Partial<Pick<HubActivityDeps, 'activityKey'>>,
): HubActivities {
  const deps: HubActivityDeps = { activityKey: ownKey, ...given };
  const { store, activityKey } = deps;
  return {
    planRun: (input) => planRun(deps, input),
    placeRun: (input) => placeRun(deps, input),
    recordRun: (input) => store.runs.record(input),
    recordAdmission: (input) => store.runs.recordAdmission(input),
    recordStep: (input) => store.steps.record(input),
    planPages: (input) => planPages(deps, input),
    openPage: (input) => store.steps.openPage(input),
    recordPage: (row) => store.steps.recordPage(row),
    sumPages: (input) => sumPages(deps, input),
    waiveShards: async (input) => ({ waived: await store.steps.waive(input, activityKey()) }),
    recordDecision: (input) => store.runs.recordDecision(input, activityKey()),
    acceptConclusion: (input) => acceptConclusion(deps, input),
  };
}

function ownKey(): string {
  const { workflowExecution, activityId } = Context.current().info;
  return `${workflowExecution?.runId ?? ''}/${activityId}`;
}
