/** `cancelJob`: reaches the job even when no attempt of `runJob` is at work, and also before it was submitted. */
import { launchName } from '../../contracts/schemas/question.js';
import type { CancelJobInput, CancelJobResult } from '../../contracts/wire/index.js';
import type { EnvironmentDeps } from './dependencies.js';
import { waitForEnd } from './watch-job.js';

export async function cancelJob(
  deps: EnvironmentDeps,
  input: CancelJobInput,
): Promise<CancelJobResult> {
  const name = launchName(input);
  deps.index.markCancelled(name);
  await endJob(deps, name);
  return {};
}

/** Returns when the job has ended. An unknown one is fine: it will not start any more. */
export async function endJob(deps: EnvironmentDeps, name: string): Promise<void> {
  const known = deps.index.job(name)?.provider;
  for (const [id, provider] of deps.providers) {
    if (known !== undefined && id !== known) continue;
    if ((await provider.find(name)) === undefined) continue;
    await provider.cancel(name);
    await waitForEnd(provider, name);
  }
}
