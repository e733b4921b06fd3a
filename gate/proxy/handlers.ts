/** The methods that the worker may call, each answered with a message built here. */
import { randomUUID } from 'node:crypto';
import { isCode } from '../../contracts/codes.js';
import { MOST_RUN_PAYLOAD_BYTES } from '../../contracts/wire/index.js';
import { log } from '../log.js';
import { codeOf } from '../refusal.js';
import type { GateParts } from '../parts.js';
import * as messages from './messages.js';
import { createPoll, type Worker } from './poll.js';
import { resultOf } from './results.js';
import type { Answer, Task } from './tasks.js';
import { UpstreamError, type CallOptions } from './upstream.js';

export type Handler = (request: Uint8Array, options: CallOptions) => Promise<Uint8Array>;

const { service, enums } = messages;
const EMPTY = new Uint8Array();
const NOT_FOUND = 5;

/** The allow-list: exactly what an activity worker of this SDK version needs. */
export function createHandlers(deps: GateParts, onPoll: () => void): ReadonlyMap<string, Handler> {
  const worker: Worker = { key: randomUUID(), onPoll };
  return new Map<string, Handler>([
    ['GetSystemInfo', (_request, options) => getSystemInfo(deps, options)],
    ['DescribeNamespace', (_request, options) => describeNamespace(deps, options)],
    ['PollActivityTaskQueue', createPoll(deps, worker)],
    ['RecordActivityTaskHeartbeat', (request, options) => heartbeat(deps, request, options)],
    ['RespondActivityTaskCompleted', answering(deps, completed)],
    ['RespondActivityTaskFailed', answering(deps, failed)],
    ['RespondActivityTaskCanceled', answering(deps, canceled)],
    ['ShutdownWorker', (_request, options) => shutdown(deps, worker, options)],
  ]);
}

async function getSystemInfo({ upstream }: GateParts, options: CallOptions) {
  const request = service.GetSystemInfoRequest.encode({}).finish();
  const answer = await upstream.call('GetSystemInfo', request, options);
  const { serverVersion, capabilities: has } = service.GetSystemInfoResponse.decode(answer);
  const capabilities = {
    internalErrorDifferentiation: has?.internalErrorDifferentiation ?? false,
    // Or the worker warns; the details that it then sends with a failure go no further.
    activityFailureIncludeHeartbeat: true,
    encodedFailureAttributes: has?.encodedFailureAttributes ?? false,
  };
  return service.GetSystemInfoResponse.encode({ serverVersion, capabilities }).finish();
}

async function describeNamespace({ upstream, speaker }: GateParts, options: CallOptions) {
  const { namespace: name } = speaker;
  const request = service.DescribeNamespaceRequest.encode({ namespace: name }).finish();
  const answer = await upstream.call('DescribeNamespace', request, options);
  const info = service.DescribeNamespaceResponse.decode(answer).namespaceInfo;
  const { state = null, limits = null, capabilities } = info ?? {};
  const { pollerAutoscaling = false, workerPollCompleteOnShutdown = false } = capabilities ?? {};
  // No worker heartbeats and no commands to workers: both speak of the machine.
  const kept = { pollerAutoscaling, workerPollCompleteOnShutdown };
  const namespaceInfo = { name, state, limits, capabilities: kept };
  return service.DescribeNamespaceResponse.encode({ namespaceInfo }).finish();
}

async function heartbeat(deps: GateParts, bytes: Uint8Array, options: CallOptions) {
  const { taskToken } = service.RecordActivityTaskHeartbeatRequest.decode(bytes);
  if (!deps.tasks.find(taskToken)) throw new UpstreamError(NOT_FOUND);
  const request = service.RecordActivityTaskHeartbeatRequest.encode({ ...deps.speaker, taskToken });
  const answer = await deps.upstream.call('RecordActivityTaskHeartbeat', request.finish(), options);
  const { cancelRequested, activityPaused, activityReset } =
    service.RecordActivityTaskHeartbeatResponse.decode(answer);
  const fresh = { cancelRequested, activityPaused, activityReset };
  return service.RecordActivityTaskHeartbeatResponse.encode(fresh).finish();
}

async function shutdown(deps: GateParts, worker: Worker, options: CallOptions) {
  const request = service.ShutdownWorkerRequest.encode({
    ...deps.speaker,
    workerInstanceKey: worker.key,
    taskQueue: deps.taskQueue,
    taskQueueTypes: [enums.TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY],
  });
  // The next worker polls under a key of its own: this one is shut down.
  worker.key = randomUUID();
  await deps.upstream.call('ShutdownWorker', request.finish(), options);
  return EMPTY;
}

/** Reads what the worker sent; `build` makes of it what leaves, for the task that the token names. */
type AnswerBuilder = (
  deps: GateParts,
  bytes: Uint8Array,
) => { token: Uint8Array; build: (task: Task) => Answer };

/** Only tokens that were handed out are taken, and the first answer stands. */
function answering(deps: GateParts, builder: AnswerBuilder): Handler {
  return async (bytes, options) => {
    const { token, build } = builder(deps, bytes);
    const task = deps.tasks.find(token);
    if (!task) throw new UpstreamError(NOT_FOUND);
    const answer = task.answer ?? buildOrRefuse(deps, token, () => build(task));
    if (!task.answer) deps.tasks.keepAnswer(token, answer);
    await sendAnswer(deps, { token, answer, options });
    return EMPTY;
  };
}

/** What does not fit leaves as its code: the worker hears that all is well, the hub that it is not. */
function buildOrRefuse({ speaker }: GateParts, token: Uint8Array, build: () => Answer): Answer {
  try {
    return build();
  } catch (error) {
    log.warn({ error: String(error) }, 'an answer of the worker was refused');
    return messages.answerFailure(speaker, token, { code: codeOf(error) });
  }
}

const completed: AnswerBuilder = (deps, bytes) => {
  const { taskToken: token, result } = service.RespondActivityTaskCompletedRequest.decode(bytes);
  const sent = messages.readPayload(result, MOST_RUN_PAYLOAD_BYTES);
  return {
    token,
    build: (task) => messages.answerResult(deps.speaker, token, resultOf(deps, task, sent)),
  };
};

const failed: AnswerBuilder = ({ speaker }, bytes) => {
  const { taskToken: token, failure } = service.RespondActivityTaskFailedRequest.decode(bytes);
  const { type, nextRetryDelay } = failure?.applicationFailureInfo ?? {};
  const code = type && isCode(type) ? type : 'platform-failed';
  const wantedSeconds = Number(nextRetryDelay?.seconds ?? 0);
  return { token, build: () => messages.answerFailure(speaker, token, { code, wantedSeconds }) };
};

const canceled: AnswerBuilder = ({ speaker }, bytes) => {
  const { taskToken: token } = service.RespondActivityTaskCanceledRequest.decode(bytes);
  return { token, build: () => messages.answerCanceled(speaker, token) };
};

/** gRPC: CANCELLED, UNKNOWN, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, ABORTED, INTERNAL, UNAVAILABLE. */
const MAY_SUCCEED_LATER: readonly number[] = [1, 2, 4, 8, 10, 13, 14];

/**
 * Sends the answer that stands. After an answer that may succeed later the token stays open, and the worker's next
 * try sends the same bytes; any other ends it.
 */
async function sendAnswer(
  { upstream, tasks }: GateParts,
  { token, answer, options }: { token: Uint8Array; answer: Answer; options: CallOptions },
): Promise<void> {
  try {
    await upstream.call(answer.method, Buffer.from(answer.message, 'base64'), options);
  } catch (error) {
    const isOpen = error instanceof UpstreamError && MAY_SUCCEED_LATER.includes(error.status);
    if (!isOpen) tasks.finish(token);
    throw error;
  }
  tasks.finish(token);
}
