/** A task on its way in: looked up, checked, and written anew with the order from the admitted plan. */
import type { temporal } from '@temporalio/proto';
import type { Code } from '../../contracts/codes.js';
import { MOST_RUN_PAYLOAD_BYTES } from '../../contracts/wire/index.js';
import * as schemas from '../../contracts/schemas/wire.js';
import { chainOf, precheck, refuseAdmission } from '../admissions/admit.js';
import { refuseMalformed, refuseUnservedActivity } from '../checks/task.js';
import { orderJob, orderRelease } from '../orders/order-job.js';
import { log } from '../log.js';
import { codeOf, Refusal } from '../refusal.js';
import type { GateParts } from '../parts.js';
import { answerFailure, answerResult, jsonPayload, readPayload } from './messages.js';
import type { Answer, Task } from './tasks.js';

export type PolledTask = temporal.api.workflowservice.v1.IPollActivityTaskQueueResponse;

export type Prepared =
  | { kind: 'deliver'; task: Pick<Task, 'activity' | 'input' | 'list'>; message: PolledTask }
  | { kind: 'answer'; answer: Answer };

/** A refused task is answered here, and the worker never sees it. */
export async function prepareTask(deps: GateParts, polled: PolledTask): Promise<Prepared> {
  const name = polled.activityType?.name ?? '';
  const value = readPayload(polled.input, MOST_RUN_PAYLOAD_BYTES);
  try {
    refuseUnservedActivity(name);
    const { input, handed = input, list = null } = await ACTIVITIES[name](deps, value);
    const message = { ...rebuild(polled), input: { payloads: [jsonPayload(handed)] } };
    return { kind: 'deliver', task: { activity: name, input, list }, message };
  } catch (error) {
    log.warn({ activity: name, error: String(error) }, 'a task was refused');
    const token = polled.taskToken ?? new Uint8Array();
    return { kind: 'answer', answer: answerRefusal(deps, { error, name, value, token }) };
  }
}

interface Accepted {
  input: object;
  /** What the worker gets, where it is more than the input. */
  handed?: object;
  list?: string | null;
}

type Accept = (deps: GateParts, value: unknown) => Promise<Accepted>;

const ACTIVITIES: Record<Task['activity'], Accept> = {
  admit: async (deps, value) => {
    const input = refuseMalformed(schemas.admitInputSchema, value);
    await precheck(deps, input);
    return { input };
  },
  runJob: async (deps, value) => {
    const input = refuseMalformed(schemas.runJobInputSchema, value);
    const order = await orderJob(deps, input);
    return { input, handed: { ...input, order }, list: order.fansOut?.list ?? null };
  },
  release: async (deps, value) => {
    const input = refuseMalformed(schemas.releaseInputSchema, value);
    const { kept } = await orderRelease(deps, input);
    return { input, handed: { ...input, order: kept.order } };
  },
  cancelJob: async (_, value) => ({ input: refuseMalformed(schemas.cancelJobInputSchema, value) }),
  closeRun: async (_, value) => ({ input: refuseMalformed(schemas.closeRunInputSchema, value) }),
};

function answerRefusal(
  deps: GateParts,
  refused: { error: unknown; name: string; value: unknown; token: Uint8Array },
): Answer {
  const { error, name, value, token } = refused;
  if (error instanceof Refusal && !error.isRetryable) {
    // That a plan is not admitted is the answer of `admit`, no failure of it.
    const asked = name === 'admit' && schemas.admitInputSchema.safeParse(value).data;
    if (asked) return answerResult(deps.speaker, token, refuseAdmission(deps, asked, error));
    recordRefusal(deps, { name, value, code: error.code });
  }
  return answerFailure(deps.speaker, token, { code: codeOf(error) });
}

function recordRefusal(
  { ledger, custody }: GateParts,
  { name, value, code }: { name: string; value: unknown; code: Code },
): void {
  const schema = name === 'runJob' ? schemas.runJobInputSchema : schemas.releaseInputSchema;
  const { run = 'unknown', dataset = '', step = null } = schema.safeParse(value).data ?? {};
  const data = { activity: name.slice(0, 64), step, code };
  ledger.append(chainOf(custody, dataset), { kind: 'task-refused', subject: run, data });
}

/** Times, counts and ids of the platform. No header, no heartbeat details. */
const KEPT_FIELDS = [
  'taskToken',
  'workflowNamespace',
  'workflowType',
  'workflowExecution',
  'activityType',
  'activityId',
  'scheduledTime',
  'currentAttemptScheduledTime',
  'startedTime',
  'attempt',
  'scheduleToCloseTimeout',
  'startToCloseTimeout',
  'heartbeatTimeout',
  'retryPolicy',
  'pollerScalingDecision',
] as const satisfies (keyof PolledTask)[];

function rebuild(polled: PolledTask): PolledTask {
  return Object.fromEntries(KEPT_FIELDS.map((field) => [field, polled[field] ?? null]));
}
