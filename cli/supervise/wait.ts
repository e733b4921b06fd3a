import { CliError } from '../failure.js';

export interface WaitOptions {
  seconds?: number;
  signal?: AbortSignal | undefined;
  /** Where to look when it does not come up. */
  log?: string;
}

/**
 * Asks again and again until the answer is yes.
 * @param what in words, for the error
 * @throws CliError when the time is over, or somebody asked to stop
 */
export async function waitFor(
  what: string,
  isReady: () => Promise<boolean>,
  { seconds = 60, signal, log = 'below state/' }: WaitOptions = {},
): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await isReady())) {
    if (signal?.aborted) throw new CliError('stopped before it was up.');
    if (Date.now() > end) {
      throw new CliError(`${what} was not ready after ${seconds} s; see its log, ${log}.`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
