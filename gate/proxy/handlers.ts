/** The methods that the worker may call, each answered with a message built here. */
import { randomUUID } from 'node:crypto';
import proto from '@temporalio/proto';
import { isCode, type Code } from '../../contracts/codes.js';
import { MOST_RUN_PAYLOAD_BYTES } from '../../contracts/wire/index.js';
import { log } from '../log.js';
import { codeOf } from '../refusal.js';
import { answerOf } from './inbound.js';
import {
  canceledMessage,
  completedMessage,
  failedMessage,
  failureOf,
  readPayload,
  service,
  type Speaker,
} from './messages.js';
import { createPoll, type PollDeps } from './poll.js';
import { resultOf, type ResultDeps } from './results.js';
import type { Answer, Task, Tasks } from './tasks.js';
import { sendAnswer } from './send-answer.js';
import { UpstreamError, type CallOptions, type Upstream } from './upstream.js';

export type Handler = (request: Uint8Array, options: CallOptions) => Promise<Uint8Array>;

export interface HandlerDeps extends PollDeps, ResultDeps {
  upstream: Upstream;
  tasks: Tasks;
  speaker: Speaker;
}

const EMPTY = new Uint8Array();
const NOT_FOUND = 5;

/** The allow-list: exactly what an activity worker of this SDK version needs. */
export function createHandlers(deps: HandlerDeps): ReadonlyMap<string, Handler> {
  const worker = { key: randomUUID() };
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

async function getSystemInfo({ upstream }: HandlerDeps, options: CallOptions) {
  const request = service.GetSystemInfoRequest.encode({}).finish();
  const info = service.GetSystemInfoResponse.decode(
    await upstream.call('GetSystemInfo', request, options),
  );
  const { serverVersion, capabilities } = info;
  const kept = {
    internalErrorDifferentiation: capabilities?.internalErrorDifferentiation ?? false,
    activityFailureIncludeHeartbeat: false,
    encodedFailureAttributes: capabilities?.encodedFailureAttributes ?? false,
  };
  return service.GetSystemInfoResponse.encode({ serverVersion, capabilities: kept }).finish();
}

async function describeNamespace({ upstream, speaker }: HandlerDeps, options: CallOptions) {
  const { namespace } = speaker;
  const request = service.DescribeNamespaceRequest.encode({ namespace }).finish();
  const { namespaceInfo } = service.DescribeNamespaceResponse.decode(
    await upstream.call('DescribeNamespace', request, options),
  );
  const { capabilities, limits } = namespaceInfo ?? {};
  const kept = {
    name: namespace,
    state: namespaceInfo?.state ?? null,
    // No worker heartbeats and no commands to workers: both speak of the machine.
    capabilities: {
      pollerAutoscaling: capabilities?.pollerAutoscaling ?? false,
      workerPollCompleteOnShutdown: capabilities?.workerPollCompleteOnShutdown ?? false,
    },
    limits: limits ? { blobSizeLimitError: limits.blobSizeLimitError ?? null } : null,
  };
  return service.DescribeNamespaceResponse.encode({ namespaceInfo: kept }).finish();
}

async function heartbeat(deps: HandlerDeps, bytes: Uint8Array, options: CallOptions) {
  const { taskToken } = service.RecordActivityTaskHeartbeatRequest.decode(bytes);
  if (!deps.tasks.find(taskToken)) throw new UpstreamError(NOT_FOUND);
  const request = service.RecordActivityTaskHeartbeatRequest.encode({ ...deps.speaker, taskToken });
  const { cancelRequested, activityPaused, activityReset } =
    service.RecordActivityTaskHeartbeatResponse.decode(
      await deps.upstream.call('RecordActivityTaskHeartbeat', request.finish(), options),
    );
  const answer = { cancelRequested, activityPaused, activityReset };
  return service.RecordActivityTaskHeartbeatResponse.encode(answer).finish();
}

async function shutdown(
  { upstream, speaker, taskQueue }: HandlerDeps,
  worker: { key: string },
  options: CallOptions,
) {
  const request = service.ShutdownWorkerRequest.encode({
    ...speaker,
    workerInstanceKey: worker.key,
    taskQueue,
    taskQueueTypes: [proto.temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY],
  });
  // The next worker polls under a key of its own: this one is shut down.
  worker.key = randomUUID();
  await upstream.call('ShutdownWorker', request.finish(), options);
  return EMPTY;
}

type AnswerBuilder = (deps: HandlerDeps, bytes: Uint8Array) => { token: Uint8Array; build: Build };
type Build = (task: Task) => Answer;

/** Only tokens that were handed out are taken, and the first answer stands. */
function answering(deps: HandlerDeps, builder: AnswerBuilder): Handler {
  return async (bytes, options) => {
    const { token, build } = builder(deps, bytes);
    const task = deps.tasks.find(token);
    if (!task) throw new UpstreamError(NOT_FOUND);
    const answer =
      task.answer ??
      deps.tasks.answer(
        token,
        buildOrRefuse(deps, token, () => build(task)),
      );
    await sendAnswer(deps, { token, answer, options });
    return EMPTY;
  };
}

/** What does not fit leaves as its code: the worker hears that all is well, the hub that it is not. */
function buildOrRefuse({ speaker }: HandlerDeps, token: Uint8Array, build: () => Answer): Answer {
  try {
    return build();
  } catch (error) {
    const code = codeOf(error);
    log.warn({ code, error: String(error) }, 'an answer of the worker was refused');
    return answerOf('RespondActivityTaskFailed', failedMessage(speaker, token, failureOf(code)));
  }
}

const completed: AnswerBuilder = (deps, bytes) => {
  const { taskToken, result } = service.RespondActivityTaskCompletedRequest.decode(bytes);
  return {
    token: taskToken,
    build: (task) => {
      const fresh = resultOf(deps, task, readPayload(result, MOST_RUN_PAYLOAD_BYTES));
      const message = completedMessage(deps.speaker, taskToken, fresh);
      return answerOf('RespondActivityTaskCompleted', message);
    },
  };
};

const failed: AnswerBuilder = ({ speaker }, bytes) => {
  const { taskToken, failure } = service.RespondActivityTaskFailedRequest.decode(bytes);
  const info = failure?.applicationFailureInfo;
  const code: Code = isCode(info?.type ?? '') ? (info?.type as Code) : 'platform-failed';
  const fresh = failureOf(code, Number(info?.nextRetryDelay?.seconds ?? 0));
  return {
    token: taskToken,
    build: () => answerOf('RespondActivityTaskFailed', failedMessage(speaker, taskToken, fresh)),
  };
};

const canceled: AnswerBuilder = ({ speaker }, bytes) => {
  const { taskToken } = service.RespondActivityTaskCanceledRequest.decode(bytes);
  return {
    token: taskToken,
    build: () => answerOf('RespondActivityTaskCanceled', canceledMessage(speaker, taskToken)),
  };
};
