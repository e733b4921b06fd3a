/** Waiting for states of jobs. Apart from the suite, as programs that are no tests need it too. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isLive, type JobState, type Provider } from '../../activities/providers/provider.js';

export async function ended(provider: Provider, name: string): Promise<JobState> {
  for (;;) {
    const { state } = await provider.status(name);
    if (!isLive(state)) return state;
    await sleep(20);
  }
}

export async function reaches(provider: Provider, name: string, wanted: JobState): Promise<void> {
  for (;;) {
    const { state } = await provider.status(name);
    if (state === wanted) return;
    if (!isLive(state)) throw new Error(`${name} is ${state}, never ${wanted}`);
    await sleep(20);
  }
}
