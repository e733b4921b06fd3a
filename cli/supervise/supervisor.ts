/** Keeps a list of processes alive, and ends all of them, whatever happens to itself. */
import { randomUUID } from 'node:crypto';
import { CliError } from '../failure.js';
import { Child, type ChildEvents, type ChildSpec } from './child.js';
import { identify, killGroups, signal, type ProcessIdentity } from './proc.js';
import { endLeftovers, findJobs, MARK, removeRecord, writeRecord } from './record.js';

export interface SupervisorOptions {
  /** Where the record of its processes is kept. */
  record: string;
  /** Below which the jobs of its workers lie; they outlive their worker, but not this. */
  jobFolders: string[];
  events: Pick<ChildEvents, 'onCrash'>;
}

export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #mark = randomUUID();
  readonly #self: ProcessIdentity;
  readonly #pids: Record<string, ProcessIdentity> = {};
  #children: Child[] = [];
  #stopped: Promise<void> | undefined;

  private constructor(options: SupervisorOptions, self: ProcessIdentity) {
    this.#options = options;
    this.#self = self;
  }

  /**
   * Ends what a killed predecessor left first.
   * @param onLeftovers called with their number when there were any
   * @throws CliError when another supervisor is at work here
   */
  static async create(
    options: SupervisorOptions,
    onLeftovers: (count: number) => void = () => {},
  ): Promise<Supervisor> {
    const count = await endLeftovers(options.record);
    if (count > 0) onLeftovers(count);
    const self = identify(process.pid);
    if (self === undefined) throw new CliError('this system tells nothing about processes');
    const supervisor = new Supervisor(options, self);
    supervisor.#save();
    process.once('exit', () => supervisor.#kill());
    return supervisor;
  }

  start(spec: ChildSpec): Child {
    const events: ChildEvents = {
      onCrash: this.#options.events.onCrash,
      onStart: (role, identity) => {
        this.#pids[role] = identity;
        this.#save();
      },
    };
    const child = new Child({ ...spec, env: { ...spec.env, [MARK]: this.#mark } }, events);
    this.#children.push(child);
    child.start();
    return child;
  }

  /** Process ids by role, as of now. */
  pids(): Record<string, number> {
    const living = this.#children.flatMap(({ spec, identity }) =>
      identity ? [[spec.role, identity.pid] as const] : [],
    );
    return Object.fromEntries(living);
  }

  /** In reverse order of their start; then the jobs that outlive their worker. Safe to call again. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stopAll();
    return this.#stopped;
  }

  async #stopAll(): Promise<void> {
    for (const child of this.#children.reverse()) await child.stop();
    this.#children = [];
    await killGroups(findJobs(this.#mark, this.#options.jobFolders));
    removeRecord(this.#options.record);
  }

  /** The last resort, when this process ends without having stopped its own. */
  #kill(): void {
    for (const { identity } of this.#children) if (identity) signal(identity, 'SIGKILL');
  }

  #save(): void {
    const { record, jobFolders } = this.#options;
    const children = this.#pids;
    writeRecord(record, { mark: this.#mark, supervisor: this.#self, children, jobFolders });
  }
}
