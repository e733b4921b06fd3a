/** The yardstick: as many Activities, in as many child Workflows, with no books, no codes and no recovery. */
import { executeChild, proxyActivities } from '@temporalio/workflow';

export interface BareInput {
  taskQueue: string;
  activities: number;
  /** Activities in one child, and at a time in it. */
  page: number;
  window: number;
  /** Children at a time. */
  pages: number;
}

async function lanes(count: number, width: number, work: (item: number) => Promise<unknown>) {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      const item = next;
      next += 1;
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, count) }, lane));
}

export async function bare(input: BareInput): Promise<void> {
  const children = Math.ceil(input.activities / input.page);
  await lanes(children, input.pages, (child) => {
    const activities = Math.min(input.page, input.activities - child * input.page);
    return executeChild(barePage, { args: [{ ...input, activities }] });
  });
}

export async function barePage({ taskQueue, activities, window }: BareInput): Promise<void> {
  const { noop } = proxyActivities<{ noop(item: number): Promise<number> }>({
    taskQueue,
    startToCloseTimeout: '60 seconds',
    heartbeatTimeout: '10 seconds',
  });
  await lanes(activities, window, (item) => noop(item));
}
