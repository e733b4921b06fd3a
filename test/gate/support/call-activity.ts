/** A Workflow of one Activity, for tests that run the real SDK against the real server. */
import { proxyActivities } from '@temporalio/workflow';

export async function callActivity(name: string, input: unknown): Promise<unknown> {
  const activities = proxyActivities<Record<string, (input: unknown) => Promise<unknown>>>({
    taskQueue: 'eu-fi.north',
    startToCloseTimeout: '60 seconds',
    heartbeatTimeout: '5 seconds',
    retry: { maximumAttempts: 3, initialInterval: '100 milliseconds' },
  });
  return activities[name]?.(input);
}
