/** First come, first served, at most so many jobs at a time. Holds no truth: that lies in the jobs' folders. */

const POLL_MILLISECONDS = 250;

export interface SlotHooks {
  /** Starts the job; it counts from then on. */
  start(name: string): void;
  isLive(name: string): boolean;
}

export class SlotQueue {
  readonly #slots: number;
  readonly #hooks: SlotHooks;
  readonly #running = new Set<string>();
  #waiting: string[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(slots: number, hooks: SlotHooks) {
    this.#slots = slots;
    this.#hooks = hooks;
  }

  /** Counts a job that runs already. */
  attach(name: string): void {
    this.#running.add(name);
  }

  add(name: string): void {
    this.#waiting.push(name);
    this.wake();
  }

  drop(name: string): void {
    this.#waiting = this.#waiting.filter((waiting) => waiting !== name);
  }

  /** Starts what there is room for. A poll remains while jobs wait: attached ones tell nobody that they ended. */
  wake(): void {
    for (const name of this.#running) if (!this.#hooks.isLive(name)) this.#running.delete(name);
    while (this.#running.size < this.#slots) {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      this.#running.add(next);
      this.#hooks.start(next);
    }
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiting.length > 0)
      this.#timer = setTimeout(() => this.wake(), POLL_MILLISECONDS).unref();
  }
}
