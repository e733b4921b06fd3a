/** Polling: the own queue, until there is a task that the worker may see. */
import proto from '@temporalio/proto';
import { log } from '../log.js';
import type { Handler } from './handlers.js';
import { answerOf, prepareTask, type InboundDeps, type PolledTask } from './inbound.js';
import { failedMessage, failureOf, service, type Speaker } from './messages.js';
import type { Answer, Tasks } from './tasks.js';
import type { CallOptions, Upstream } from './upstream.js';

export interface PollDeps extends InboundDeps {
  upstream: Upstream;
  tasks: Tasks;
  speaker: Speaker;
  /** The environment's own, whatever the worker asks for. */
  taskQueue: string;
  /** Tells that a worker is there. */
  onPoll: () => void;
}

/** The server refuses polls that end sooner: the worker hears that there was nothing, and polls again. */
const LEAST_POLL_MS = 5000;
const ANSWER_MS = 20_000;

export function createPoll(deps: PollDeps, worker: { key: string }): Handler {
  const { upstream, speaker, taskQueue } = deps;
  return async (_request, options) => {
    for (let isFirst = true; ; isFirst = false) {
      if (!isFirst && options.deadline - Date.now() < LEAST_POLL_MS) return emptyPoll({});
      deps.onPoll();
      const request = service.PollActivityTaskQueueRequest.encode({
        ...speaker,
        taskQueue: {
          name: taskQueue,
          kind: proto.temporal.api.enums.v1.TaskQueueKind.TASK_QUEUE_KIND_NORMAL,
        },
        workerInstanceKey: worker.key,
      });
      const polled = service.PollActivityTaskQueueResponse.decode(
        await upstream.call('PollActivityTaskQueue', request.finish(), options),
      );
      if (polled.taskToken.length === 0) return emptyPoll(polled);
      const message = await takeTask(deps, { polled, token: polled.taskToken, options });
      if (message) return service.PollActivityTaskQueueResponse.encode(message).finish();
    }
  };
}

function emptyPoll({ pollerScalingDecision = null }: PolledTask): Uint8Array {
  return service.PollActivityTaskQueueResponse.encode({ pollerScalingDecision }).finish();
}

interface TakenTask {
  polled: PolledTask;
  token: Uint8Array;
  options: CallOptions;
}

/** @returns what the worker gets; undefined when the task was answered here. */
async function takeTask(
  deps: PollDeps,
  { polled, token, options }: TakenTask,
): Promise<PolledTask | undefined> {
  const prepared = await prepareTask(deps, polled);
  if (prepared.kind === 'answer') {
    await answerHere(deps, token, prepared.answer);
    return undefined;
  }
  if (options.signal.aborted) {
    // The worker went away while the task was checked: say so, rather than have it time out.
    const failure = failedMessage(deps.speaker, token, failureOf('platform-failed'));
    await answerHere(deps, token, answerOf('RespondActivityTaskFailed', failure));
    return undefined;
  }
  deps.tasks.keep(token, prepared.task);
  return prepared.message;
}

/** If this is lost too, the server hands the task out again. */
async function answerHere({ upstream }: PollDeps, token: Uint8Array, answer: Answer) {
  const options = { deadline: Date.now() + ANSWER_MS, signal: new AbortController().signal };
  try {
    await upstream.call(answer.method, Buffer.from(answer.message, 'base64'), options);
  } catch (error) {
    log.warn({ error: String(error), token: token.length }, 'a refusal could not be sent');
  }
}
