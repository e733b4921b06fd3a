/** One process that is kept alive: started again when it ends by itself, sooner first and slower later. */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { endAll, identify, type ProcessIdentity } from './proc.js';

export interface ChildSpec {
  /** E.g. `api` or `finland gate`. */
  role: string;
  command: string;
  args: string[];
  env: Record<string, string>;
  cwd: string;
  /** Standard output and error are appended to it. */
  log: string;
  /** Between SIGTERM and SIGKILL. */
  graceMilliseconds: number;
}

export interface ChildEvents {
  onStart(role: string, identity: ProcessIdentity): void;
  /** It ended by itself and will be started again after the delay. */
  onCrash(role: string, how: string, delayMilliseconds: number): void;
}

const FIRST_DELAY = 200;
const LONGEST_DELAY = 10_000;
/** A process that ran so long was healthy: the next crash counts as its first. */
const HEALTHY_AFTER = 30_000;

export class Child {
  readonly spec: ChildSpec;
  #events: ChildEvents;
  #process: ChildProcess | undefined;
  #identity: ProcessIdentity | undefined;
  #timer: NodeJS.Timeout | undefined;
  #delay = FIRST_DELAY;
  #isStopping = false;

  constructor(spec: ChildSpec, events: ChildEvents) {
    this.spec = spec;
    this.#events = events;
  }

  get identity(): ProcessIdentity | undefined {
    return this.#identity;
  }

  start(): void {
    if (this.#isStopping) return;
    const { command, args, env, cwd, log, role } = this.spec;
    mkdirSync(dirname(log), { recursive: true });
    const file = openSync(log, 'a');
    const startedAt = Date.now();
    // A group of its own: Ctrl-C at the terminal must reach the supervisor alone, which stops all in order.
    const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', file, file] });
    closeSync(file);
    this.#process = child;
    child.once('error', (error) => this.#ended(error.message, startedAt));
    child.once('exit', (code, name) => this.#ended(`${name ?? `exit code ${code}`}`, startedAt));
    if (child.pid === undefined) return;
    this.#identity = identify(child.pid);
    if (this.#identity) this.#events.onStart(role, this.#identity);
  }

  #ended(how: string, startedAt: number): void {
    if (this.#process === undefined) return;
    this.#process = undefined;
    this.#identity = undefined;
    if (this.#isStopping) return;
    if (Date.now() - startedAt > HEALTHY_AFTER) this.#delay = FIRST_DELAY;
    this.#events.onCrash(this.spec.role, how, this.#delay);
    this.#timer = setTimeout(() => this.start(), this.#delay);
    this.#delay = Math.min(this.#delay * 2, LONGEST_DELAY);
  }

  /** Ends it for good; resolves when it is gone. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#timer);
    const identity = this.#identity;
    if (identity) await endAll([identity], this.spec.graceMilliseconds);
  }
}
