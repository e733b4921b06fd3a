/** A task on its way in: looked up, checked, and written anew with the order from the admitted plan. */
import type { z } from 'zod';
import type { temporal } from '@temporalio/proto';
import { MOST_RUN_PAYLOAD_BYTES } from '../../contracts/wire/index.js';
import {
  admitInputSchema,
  cancelJobInputSchema,
  closeRunInputSchema,
  releaseInputSchema,
  runJobInputSchema,
} from '../../contracts/schemas/wire.js';
import { chainOf, precheck, refuseAdmission, type AdmissionDeps } from '../admissions/admit.js';
import { refuseMalformed, refuseUnservedActivity } from '../checks/task.js';
import { orderJob, orderRelease, type OrderDeps } from '../orders/order-job.js';
import { log } from '../log.js';
import { codeOf, Refusal } from '../refusal.js';
import {
  completedMessage,
  failedMessage,
  failureOf,
  jsonPayload,
  readPayload,
  type Speaker,
} from './messages.js';
import type { Answer, Task } from './tasks.js';

export type PolledTask = temporal.api.workflowservice.v1.IPollActivityTaskQueueResponse;

export interface InboundDeps extends OrderDeps, AdmissionDeps {
  speaker: Speaker;
}

export type Prepared =
  | { kind: 'deliver'; task: Pick<Task, 'activity' | 'input' | 'list'>; message: PolledTask }
  | { kind: 'answer'; answer: Answer };

/** A refused task is answered here, and the worker never sees it. */
export async function prepareTask(deps: InboundDeps, polled: PolledTask): Promise<Prepared> {
  const token = polled.taskToken ?? new Uint8Array();
  const name = polled.activityType?.name ?? '';
  const value = readPayload(polled.input, MOST_RUN_PAYLOAD_BYTES);
  try {
    refuseUnservedActivity(name);
    const { input, handed, list = null } = await ACTIVITIES[name](deps, value);
    const message = { ...rebuild(polled), input: { payloads: [jsonPayload(handed)] } };
    return { kind: 'deliver', task: { activity: name, input, list }, message };
  } catch (error) {
    return { kind: 'answer', answer: answerRefusal(deps, { error, name, value, token }) };
  }
}

interface Accepted {
  input: unknown;
  /** What the worker gets. */
  handed: unknown;
  list?: string | null;
}

const ACTIVITIES: Record<
  Task['activity'],
  (deps: InboundDeps, value: unknown) => Promise<Accepted>
> = {
  admit: async (deps, value) => {
    const input = refuseMalformed(admitInputSchema, value);
    await precheck(deps, input);
    return asIs(input);
  },
  runJob: async (deps, value) => {
    const input = refuseMalformed(runJobInputSchema, value);
    const order = await orderJob(deps, input);
    return { input, handed: { ...input, order }, list: order.fansOut?.list ?? null };
  },
  release: async (deps, value) => {
    const input = refuseMalformed(releaseInputSchema, value);
    const { kept } = await orderRelease(deps, input);
    return { input, handed: { ...input, order: kept.order } };
  },
  cancelJob: async (_deps, value) => asIs(refuseMalformed(cancelJobInputSchema, value)),
  closeRun: async (_deps, value) => asIs(refuseMalformed(closeRunInputSchema, value)),
};

function asIs(input: unknown): Accepted {
  return { input, handed: input };
}

function answerRefusal(
  deps: InboundDeps,
  {
    error,
    name,
    value,
    token,
  }: { error: unknown; name: string; value: unknown; token: Uint8Array },
): Answer {
  const code = codeOf(error);
  log.warn({ activity: name, code, error: String(error) }, 'a task was refused');
  const asked = name === 'admit' ? parsed(admitInputSchema, value) : undefined;
  const isDecided = error instanceof Refusal && !error.isRetryable;
  // That a plan is not admitted is the answer of `admit`, no failure of it.
  if (asked && isDecided) {
    const message = completedMessage(deps.speaker, token, refuseAdmission(deps, asked, error));
    return answerOf('RespondActivityTaskCompleted', message);
  }
  if (isDecided) recordRefusal(deps, { name, value, code });
  const message = failedMessage(deps.speaker, token, failureOf(code));
  return answerOf('RespondActivityTaskFailed', message);
}

export function answerOf(method: Answer['method'], message: Uint8Array): Answer {
  return { method, message: Buffer.from(message).toString('base64') };
}

function recordRefusal(
  { ledger, custody }: InboundDeps,
  { name, value, code }: { name: string; value: unknown; code: string },
): void {
  const job = parsed(runJobInputSchema, value) ?? parsed(releaseInputSchema, value);
  ledger.append(chainOf(custody, job?.dataset ?? ''), {
    kind: 'task-refused',
    subject: job?.run ?? 'unknown',
    data: { activity: name.slice(0, 64), step: job?.step ?? null, code },
  });
}

function parsed<T>(schema: z.ZodType<T>, value: unknown): T | undefined {
  return schema.safeParse(value).data;
}

/** Times, counts and ids of the platform; no header, no heartbeat details, no memo. */
function rebuild(polled: PolledTask): PolledTask {
  return {
    taskToken: polled.taskToken ?? null,
    workflowNamespace: polled.workflowNamespace ?? null,
    workflowType: polled.workflowType ? { name: polled.workflowType.name ?? null } : null,
    workflowExecution: polled.workflowExecution
      ? {
          workflowId: polled.workflowExecution.workflowId ?? null,
          runId: polled.workflowExecution.runId ?? null,
        }
      : null,
    activityType: { name: polled.activityType?.name ?? null },
    activityId: polled.activityId ?? null,
    scheduledTime: polled.scheduledTime ?? null,
    currentAttemptScheduledTime: polled.currentAttemptScheduledTime ?? null,
    startedTime: polled.startedTime ?? null,
    attempt: polled.attempt ?? null,
    scheduleToCloseTimeout: polled.scheduleToCloseTimeout ?? null,
    startToCloseTimeout: polled.startToCloseTimeout ?? null,
    heartbeatTimeout: polled.heartbeatTimeout ?? null,
    retryPolicy: polled.retryPolicy ?? null,
    pollerScalingDecision: polled.pollerScalingDecision ?? null,
  };
}
