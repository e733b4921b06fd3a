/**
 * A provider without machines, shipped for tests and for trying out an environment. By default a job runs until it
 * is told how it ended (`end`), or plays a script: `onStart` may write the files that a job would have written.
 * It can misbehave as platforms do: lose an acknowledgement, be away, invent a state.
 */
import { closeSync, openSync, readSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  isLive,
  ProviderUnavailable,
  type JobHandle,
  type JobState,
  type JobStatus,
  type LogChunk,
  type Provider,
  type ProviderCapability,
  type ProviderJob,
} from '../provider.js';

export interface FakeProviderOptions {
  slots?: number;
  /** Called when a job gets a slot; a state returned ends it there and then. */
  onStart?: (job: ProviderJob) => JobState | undefined;
}

interface FakeJob {
  job: ProviderJob;
  handle: JobHandle;
  status: JobStatus;
}

export class FakeProvider implements Provider {
  readonly capability: ProviderCapability;
  /** Every accepted submission, in order: a name stands here once. */
  readonly submissions: string[] = [];
  /** While true every method throws `ProviderUnavailable`. */
  isAway = false;
  /** The next submission is accepted, and its answer is lost. */
  losesNextAcknowledgement = false;
  readonly #jobs = new Map<string, FakeJob>();
  readonly #onStart: (job: ProviderJob) => JobState | undefined;

  constructor({ slots = 2, onStart = () => undefined }: FakeProviderOptions = {}) {
    this.capability = { technologies: ['python'], isolation: 'op', slots, visibilityLagSeconds: 0 };
    this.#onStart = onStart;
  }

  async find(name: string): Promise<JobHandle | undefined> {
    this.#answer();
    return this.#jobs.get(name)?.handle;
  }

  async submit(job: ProviderJob): Promise<JobHandle> {
    this.#answer();
    const known = this.#jobs.get(job.name);
    if (known) return known.handle;
    const handle = {
      provider: 'fake',
      name: job.name,
      externalId: `fake-${this.submissions.length + 1}`,
      submittedAt: new Date().toISOString(),
    };
    this.submissions.push(job.name);
    this.#jobs.set(job.name, { job, handle, status: statusOf('queued') });
    this.#startNext();
    if (this.losesNextAcknowledgement) {
      this.losesNextAcknowledgement = false;
      throw new ProviderUnavailable('the connection broke');
    }
    return handle;
  }

  async status(name: string): Promise<JobStatus> {
    this.#answer();
    return this.#jobs.get(name)?.status ?? statusOf('lost');
  }

  async logs(name: string, offset: number): Promise<LogChunk> {
    this.#answer();
    const job = this.#jobs.get(name);
    if (!job) return { text: '', nextOffset: offset };
    try {
      const file = openSync(join(job.job.directory, 'stderr'), 'r');
      const bytes = Buffer.alloc(64 * 1024);
      const read = readSync(file, bytes, 0, bytes.length, offset);
      closeSync(file);
      return { text: bytes.toString('utf8', 0, read), nextOffset: offset + read };
    } catch {
      return { text: '', nextOffset: offset };
    }
  }

  async cancel(name: string): Promise<void> {
    this.#answer();
    const job = this.#jobs.get(name);
    if (job && isLive(job.status.state)) this.end(name, 'cancelled');
  }

  async collect(name: string): Promise<JobStatus> {
    return this.status(name);
  }

  /** Ends a job, whatever it would have done. @param raw the platform's word; an unknown one makes it `lost`. */
  end(name: string, state: JobState, raw: string | null = null): void {
    const job = this.#jobs.get(name);
    if (!job) throw new RangeError(`no job ${name}`);
    job.status = { ...statusOf(state), raw };
    this.#startNext();
  }

  /** Writes to a job's standard error. */
  log(name: string, text: string): void {
    const job = this.#jobs.get(name);
    if (job) writeFileSync(join(job.job.directory, 'stderr'), text, { flag: 'a' });
  }

  #answer(): void {
    if (this.isAway) throw new ProviderUnavailable('nobody answers');
  }

  #startNext(): void {
    const jobs = [...this.#jobs.values()];
    let free =
      this.capability.slots - jobs.filter(({ status }) => status.state === 'running').length;
    for (const job of jobs) {
      if (free <= 0) return;
      if (job.status.state !== 'queued') continue;
      const state = this.#onStart(job.job);
      job.status = statusOf(state ?? 'running');
      if (isLive(job.status.state)) free -= 1;
    }
  }
}

function statusOf(state: JobState): JobStatus {
  const exitCode = state === 'succeeded' ? 0 : state === 'failed' ? 1 : null;
  return { state, raw: null, exitCode };
}
