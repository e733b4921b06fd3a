import type { RunStarter } from './run-starter.js';

/** Repetitions of one request that come at the same time wait for one start, not for one each. */
export function coalesceStarts(starter: RunStarter): RunStarter {
  const starting = new Map<string, Promise<void>>();
  return {
    retry: (run, input) => starter.retry(run, input),
    waive: (run, input) => starter.waive(run, input),
    cancel: (run, input) => starter.cancel(run, input),
    isReady: () => starter.isReady(),
    start(input) {
      const known = starting.get(input.run);
      if (known) return known;
      const started = starter.start(input).finally(() => starting.delete(input.run));
      starting.set(input.run, started);
      return started;
    },
  };
}
