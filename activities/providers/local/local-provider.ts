/**
 * Jobs as processes of this machine. A job's folder is its record; its wrapper (wrapper.ts) leads a session of its
 * own, so that a job survives the worker, which attaches again by the folder when it is back.
 */
import { spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  isLive,
  type JobHandle,
  type JobStatus,
  type LogChunk,
  type Provider,
  type ProviderCapability,
  type ProviderJob,
} from '../provider.js';
import { JobFolders, type SubmittedJob } from './job-folder.js';
import { localStatus } from './job-status.js';
import { signalGroup } from './process-identity.js';
import { SlotQueue } from './slot-queue.js';
import { WRAPPER } from './wrapper.js';

const LOG_CHUNK_BYTES = 64 * 1024;
const TERM_GRACE_MILLISECONDS = 2_000;
const POLL_MILLISECONDS = 50;

export interface LocalProviderOptions {
  /** Folder of the provider's records. */
  folder: string;
  /** Jobs at a time, whoever started them: live ones found at start count. */
  slots: number;
}

export class LocalProvider implements Provider {
  readonly capability: ProviderCapability;
  readonly #folders: JobFolders;
  readonly #queue: SlotQueue;

  constructor({ folder, slots }: LocalProviderOptions) {
    this.capability = {
      technologies: ['python'],
      isolation: 'op',
      slots,
      visibilityLagSeconds: 0,
    };
    this.#folders = new JobFolders(folder);
    this.#queue = new SlotQueue(slots, {
      start: (name) => this.#start(name),
      isLive: (name) => isLive(localStatus(this.#folders, name).state),
    });
    this.#attach();
  }

  find(name: string): Promise<JobHandle | undefined> {
    const job = this.#folders.read(name);
    return Promise.resolve(job && this.#handle(job));
  }

  submit(job: ProviderJob): Promise<JobHandle> {
    const submitted = { ...job, submittedAt: new Date().toISOString() };
    if (this.#folders.create(submitted)) {
      this.#queue.add(job.name);
      return Promise.resolve(this.#handle(submitted));
    }
    return Promise.resolve(this.#handle(this.#folders.read(job.name) ?? submitted));
  }

  status(name: string): Promise<JobStatus> {
    return Promise.resolve(localStatus(this.#folders, name));
  }

  logs(name: string, offset: number): Promise<LogChunk> {
    const job = this.#folders.read(name);
    return Promise.resolve(
      job ? readChunk(join(job.directory, 'stderr'), offset) : { text: '', nextOffset: offset },
    );
  }

  async cancel(name: string): Promise<void> {
    if (!this.#folders.read(name)) return;
    if (!isLive(localStatus(this.#folders, name).state)) return;
    this.#folders.mark(name, 'cancel');
    this.#queue.drop(name);
    if (this.#folders.takeFence(name)) return;
    await this.#end(name);
  }

  collect(name: string): Promise<JobStatus> {
    // What a local job writes lies in its directory already.
    return this.status(name);
  }

  /** TERM, then KILL; a job that is just starting is waited for until it can be named. */
  async #end(name: string): Promise<void> {
    let killAt: number | undefined;
    while (isLive(localStatus(this.#folders, name).state)) {
      const identity = this.#folders.identity(name);
      if (identity && killAt === undefined) {
        signalGroup(identity, 'SIGTERM');
        killAt = Date.now() + TERM_GRACE_MILLISECONDS;
      } else if (identity && killAt !== undefined && Date.now() > killAt) {
        signalGroup(identity, 'SIGKILL');
      }
      await sleep(POLL_MILLISECONDS);
    }
    this.#queue.wake();
  }

  #start(name: string): void {
    const job = this.#folders.read(name);
    if (!job || this.#folders.has(name, 'cancel')) return;
    const { directory, limits, argv, environment } = job;
    const wrapper = spawn(
      'bash',
      [
        ...['-c', WRAPPER, 'cloister-job', this.#folders.path(name), directory],
        ...[String(Math.ceil(limits.seconds)), ...argv],
      ],
      { detached: true, stdio: 'ignore', cwd: directory, env: environment },
    );
    wrapper.on('error', () => this.#queue.wake());
    wrapper.on('exit', () => this.#queue.wake());
    wrapper.unref();
  }

  /** After a restart: what runs keeps its slot, what waited waits on, in the order of submission. */
  #attach(): void {
    const jobs = this.#folders
      .names()
      .map((name) => ({ name, state: localStatus(this.#folders, name).state }))
      .filter(({ state }) => isLive(state));
    for (const { name, state } of jobs) if (state !== 'queued') this.#queue.attach(name);
    const waiting = jobs
      .filter(({ state }) => state === 'queued')
      .map(({ name }) => ({ name, at: this.#folders.read(name)?.submittedAt ?? '' }))
      .sort((a, b) => (a.at < b.at ? -1 : 1));
    for (const { name } of waiting) this.#queue.add(name);
  }

  #handle({ name, submittedAt }: SubmittedJob): JobHandle {
    const externalId = String(this.#folders.identity(name)?.pid ?? name);
    return { provider: 'local', name, externalId, submittedAt };
  }
}

function readChunk(path: string, offset: number): LogChunk {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return { text: '', nextOffset: offset };
  }
  try {
    const bytes = Buffer.alloc(
      Math.max(0, Math.min(LOG_CHUNK_BYTES, fstatSync(file).size - offset)),
    );
    const read = readSync(file, bytes, 0, bytes.length, offset);
    return { text: bytes.toString('utf8', 0, read), nextOffset: offset + read };
  } finally {
    closeSync(file);
  }
}
