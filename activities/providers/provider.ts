/**
 * A provider: the adapter to one kind of compute. The docblocks are its law; one conformance suite holds every
 * provider, and the fake, to them.
 *
 * A job has a name (`launchName`), made of ids alone. **Never two jobs for one name**: whoever submits a name that
 * is known, in whatever state, ended ones included, attaches to it. A deliberate new submission has another name.
 * No method interprets what a job computed: the manifest in its directory is the only proof of success.
 */
import type { Technology } from '../../contracts/analysis.js';

/**
 * - `queued`: known, not started; `starting`: taken, its process not yet seen; `running`; `cancelling`.
 * - `succeeded`: **claims** success; look for the manifest. `failed`: ended by itself without success.
 * - `failed-infra`: the platform ended it. `timed-out`: ended at its limit. `cancelled`: ended by `cancel`.
 * - `lost`: nobody can say how it ended. A state that the platform knows and this adapter does not is `lost` too,
 *   with `raw` kept: platforms announce new ones, and an unknown word must not become an exception.
 */
export type JobState =
  | 'queued'
  | 'starting'
  | 'running'
  | 'cancelling'
  | 'succeeded'
  | 'failed'
  | 'failed-infra'
  | 'timed-out'
  | 'cancelled'
  | 'lost';

const LIVE: ReadonlySet<JobState> = new Set(['queued', 'starting', 'running', 'cancelling']);

export function isLive(state: JobState): boolean {
  return LIVE.has(state);
}

export interface JobStatus {
  state: JobState;
  /** The platform's own words, for the log inside; null where it has none. */
  raw: string | null;
  /** Null while it is live, and where it is not known. */
  exitCode: number | null;
}

/** What to run. Everything that identifies it is in `name`: the rest does not make it another job. */
export interface ProviderJob {
  name: string;
  /** Absolute paths; argv[0] is a program. */
  argv: string[];
  environment: Record<string, string>;
  /** Existing directory of the artifact store: `stdout` and `stderr` are written there. */
  directory: string;
  limits: { seconds: number; memoryBytes: number; cpus: number };
}

export interface JobHandle {
  provider: string;
  name: string;
  /** What the platform calls it; for people who look there. */
  externalId: string;
  /** ISO time. */
  submittedAt: string;
}

export interface LogChunk {
  text: string;
  /** Where to go on reading. */
  nextOffset: number;
}

export interface ProviderCapability {
  /** What it serves: `python`, `spark`. */
  technologies: readonly Technology[];
  /** `op`: feeder and op are two processes, the op in a sandbox; `platform`: it cannot start such a pair. */
  isolation: 'op' | 'platform';
  /** Jobs at a time. */
  slots: number;
  /** How long after `submit` a `find` may still miss a job; wait as long before resubmitting in doubt. */
  visibilityLagSeconds: number;
}

/** Thrown by any method when the platform does not answer. Nothing is known then about the job. */
export class ProviderUnavailable extends Error {
  override readonly name = 'ProviderUnavailable';
}

export interface Provider {
  /** Asked before anything is queued. */
  readonly capability: ProviderCapability;

  /** The job of this name in any state, ended ones included; undefined: never submitted, as far as is visible. */
  find(name: string): Promise<JobHandle | undefined>;

  /**
   * Returns as soon as the platform has accepted the job, which survives this process from then on. A name that
   * is known is attached to, whatever the rest of `job` says. Waits for no slot: jobs wait on the platform's side,
   * first come first served.
   */
  submit(job: ProviderJob): Promise<JobHandle>;

  /** Of a name that was never submitted: `lost`. Changes nothing. */
  status(name: string): Promise<JobStatus>;

  /** Standard error from a byte offset on, at most 64 KiB; empty when there is none (yet). Stays inside. */
  logs(name: string, offset: number): Promise<LogChunk>;

  /**
   * Ends the job and everything that it started; a queued one never starts. Idempotent: an ended or unknown job
   * stays as it is. Returns when the platform knows; poll `status` until it is not live.
   */
  cancel(name: string): Promise<void>;

  /**
   * After the end: sees to it that what the job wrote lies in its directory of the artifact store, and says how
   * it ended. Idempotent. Of a live job: its status, nothing collected.
   */
  collect(name: string): Promise<JobStatus>;
}
