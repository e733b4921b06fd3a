/** How Workflows call Activities: one place for time-outs and retries, with the reasons. */
import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { HubActivities } from '../contracts/activities.js';
import type { EnvironmentActivities } from '../contracts/wire/index.js';

/** The hub's own Activities, on the queue of the Workflow itself. */
export const hub = proxyActivities<HubActivities>({
  startToCloseTimeout: '30 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '10 seconds' },
});

/** Longer than any job may take: an environment that is away for a week is not a failure. */
const FOR_MONTHS = '180 days';

/** Where an Activity of an environment goes, and the line that Temporal UI shows for it. */
export interface EnvironmentCall {
  taskQueue: string;
  summary: string;
}

/**
 * `admit`: its feeder opens the data, which takes minutes on a large dataset.
 */
export function admissionActivities({ taskQueue, summary }: EnvironmentCall) {
  return proxyActivities<Pick<EnvironmentActivities, 'admit'>>({
    taskQueue,
    summary,
    startToCloseTimeout: '10 minutes',
    heartbeatTimeout: '10 seconds',
    scheduleToCloseTimeout: FOR_MONTHS,
    retry: { maximumInterval: '30 seconds' },
  });
}

/**
 * `runJob` and `release` find or create, watch a little and fail benignly while the job or the review goes on,
 * so each attempt is short, attempts have no number and their distance does not grow. A cancel does not wait
 * for the attempt to notice (that is by heartbeat, seconds later): `cancelJob` ends the job itself.
 */
export function workActivities({ taskQueue, summary }: EnvironmentCall) {
  return proxyActivities<Pick<EnvironmentActivities, 'runJob' | 'release'>>({
    taskQueue,
    summary,
    startToCloseTimeout: '60 seconds',
    heartbeatTimeout: '10 seconds',
    scheduleToCloseTimeout: FOR_MONTHS,
    cancellationType: ActivityCancellationType.TRY_CANCEL,
    retry: { initialInterval: '2 seconds', backoffCoefficient: 1 },
  });
}

/**
 * `cancelJob` and `closeRun`: tried until the environment answers, so that nothing runs on unseen.
 * @param within ends the tries where nothing can run any more; null: never.
 */
export function endingActivities(
  { taskQueue, summary }: EnvironmentCall,
  within: '2 minutes' | null = null,
) {
  return proxyActivities<Pick<EnvironmentActivities, 'cancelJob' | 'closeRun'>>({
    taskQueue,
    summary,
    startToCloseTimeout: '60 seconds',
    heartbeatTimeout: '20 seconds',
    ...(within === null ? {} : { scheduleToCloseTimeout: within }),
    retry: { maximumInterval: '30 seconds' },
  });
}
