/** Workflow ids and their inverses. They hold platform ids only. */

export interface FanOutId {
  run: string;
  step: string;
  dataset: string;
}

export interface PageId extends FanOutId {
  page: number;
}

export function runWorkflowId(run: string): string {
  return `run/${run}`;
}

export function runIdFromWorkflowId(workflowId: string): string | undefined {
  return /^run\/([^/]+)$/.exec(workflowId)?.[1];
}

export function fanOutWorkflowId({ run, step, dataset }: FanOutId): string {
  return `run/${run}/${step}@${dataset}`;
}

export function fanOutFromWorkflowId(workflowId: string): FanOutId | undefined {
  const [, run, step, dataset] = /^run\/([^/]+)\/([^/@]+)@([^/]+)$/.exec(workflowId) ?? [];
  return run && step && dataset ? { run, step, dataset } : undefined;
}

export function pageWorkflowId({ run, step, dataset, page }: PageId): string {
  return `${fanOutWorkflowId({ run, step, dataset })}/${page}`;
}

export function pageFromWorkflowId(workflowId: string): PageId | undefined {
  const [, fanOut, page] = /^(run\/[^/]+\/[^/]+)\/(\d+)$/.exec(workflowId) ?? [];
  const id = fanOut === undefined ? undefined : fanOutFromWorkflowId(fanOut);
  return id && page !== undefined ? { ...id, page: Number(page) } : undefined;
}
