/** Polling: the own queue, until there is a task that the worker may see. */
import { log } from '../log.js';
import type { GateParts } from '../parts.js';
import type { Handler } from './handlers.js';
import { prepareTask, type PolledTask } from './inbound.js';
import { answerFailure, enums, service } from './messages.js';
import type { Answer } from './tasks.js';
import type { CallOptions } from './upstream.js';

/** The one that polls here. */
export interface Worker {
  /** Chosen by the gate. */
  key: string;
  onPoll: () => void;
}

/** The server refuses polls that end sooner: the worker hears that there was nothing, and polls again. */
const LEAST_POLL_MS = 5000;
const ANSWER_MS = 20_000;

export function createPoll(deps: GateParts, worker: Worker): Handler {
  return async (_request, options) => {
    do {
      worker.onPoll();
      const polled = await pollOnce(deps, worker.key, options);
      if (polled.taskToken.length === 0) return emptyPoll(polled);
      const message = await takeTask(deps, polled, options);
      if (message) return service.PollActivityTaskQueueResponse.encode(message).finish();
    } while (options.deadline - Date.now() >= LEAST_POLL_MS && !options.signal.aborted);
    return emptyPoll({});
  };
}

async function pollOnce(deps: GateParts, workerInstanceKey: string, options: CallOptions) {
  const kind = enums.TaskQueueKind.TASK_QUEUE_KIND_NORMAL;
  const request = service.PollActivityTaskQueueRequest.encode({
    ...deps.speaker,
    taskQueue: { name: deps.taskQueue, kind },
    workerInstanceKey,
  });
  return service.PollActivityTaskQueueResponse.decode(
    await deps.upstream.call('PollActivityTaskQueue', request.finish(), options),
  );
}

function emptyPoll({ pollerScalingDecision = null }: PolledTask): Uint8Array {
  return service.PollActivityTaskQueueResponse.encode({ pollerScalingDecision }).finish();
}

/** @returns what the worker gets; undefined when the task was answered here. */
async function takeTask(
  deps: GateParts,
  polled: PolledTask & { taskToken: Uint8Array },
  { signal }: CallOptions,
): Promise<PolledTask | undefined> {
  const prepared = await prepareTask(deps, polled);
  const token = polled.taskToken;
  if (prepared.kind === 'deliver' && !signal.aborted) {
    deps.tasks.keep(token, prepared.task);
    return prepared.message;
  }
  // A worker that went away while the task was checked: say so, rather than have it time out.
  const lost = () => answerFailure(deps.speaker, token, { code: 'platform-failed' });
  await answerHere(deps, prepared.kind === 'answer' ? prepared.answer : lost());
  return undefined;
}

/** If this is lost too, the server hands the task out again. */
async function answerHere({ upstream }: GateParts, { method, message }: Answer): Promise<void> {
  const options = { deadline: Date.now() + ANSWER_MS, signal: new AbortController().signal };
  try {
    await upstream.call(method, Buffer.from(message, 'base64'), options);
  } catch (error) {
    log.warn({ error: String(error) }, 'a refusal could not be sent');
  }
}
