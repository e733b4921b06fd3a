/** Polling: the own queue, until there is a task that the worker may see. */
import { log } from '../log.js';
import type { Handler } from './handlers.js';
import { prepareTask, type InboundDeps, type PolledTask } from './inbound.js';
import { answerFailure, enums, service } from './messages.js';
import type { Answer, Tasks } from './tasks.js';
import type { CallOptions, Upstream } from './upstream.js';

export interface PollDeps extends InboundDeps {
  upstream: Upstream;
  tasks: Tasks;
  /** The environment's own, whatever the worker asks for. */
  taskQueue: string;
  /** Tells that a worker is there. */
  onPoll: () => void;
}

/** The server refuses polls that end sooner: the worker hears that there was nothing, and polls again. */
const LEAST_POLL_MS = 5000;
const ANSWER_MS = 20_000;

export function createPoll(deps: PollDeps, worker: { key: string }): Handler {
  return async (_request, options) => {
    do {
      deps.onPoll();
      const polled = await pollOnce(deps, worker.key, options);
      if (polled.taskToken.length === 0) return emptyPoll(polled);
      const message = await takeTask(deps, polled, options);
      if (message) return service.PollActivityTaskQueueResponse.encode(message).finish();
    } while (options.deadline - Date.now() >= LEAST_POLL_MS && !options.signal.aborted);
    return emptyPoll({});
  };
}

async function pollOnce(deps: PollDeps, workerInstanceKey: string, options: CallOptions) {
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
  deps: PollDeps,
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
async function answerHere({ upstream }: PollDeps, { method, message }: Answer): Promise<void> {
  const options = { deadline: Date.now() + ANSWER_MS, signal: new AbortController().signal };
  try {
    await upstream.call(method, Buffer.from(message, 'base64'), options);
  } catch (error) {
    log.warn({ error: String(error) }, 'a refusal could not be sent');
  }
}
