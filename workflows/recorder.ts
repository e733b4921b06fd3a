/** Writes a changing thing down soon after it changed, but not oftener than every two seconds. */
import { CancellationScope, condition } from '@temporalio/workflow';

const EVERY = '2 seconds';
/** What is over sooner is written once, at its end: most steps are short. */
const FIRST_AFTER = '500 milliseconds';

export class Recorder {
  readonly #write: () => Promise<void>;
  readonly #loop: Promise<void>;
  #isDirty = false;
  #isClosed = false;
  #failure: Error | null = null;

  /** @param write is never called while an earlier call runs, so that writes keep their order. */
  constructor(write: () => Promise<void>) {
    this.#write = write;
    // Not cancellable: what happened until a cancel has to be on record too.
    this.#loop = CancellationScope.nonCancellable(() => this.#run()).catch((error: unknown) => {
      this.#failure = error instanceof Error ? error : new Error(String(error));
    });
  }

  touch(): void {
    this.#isDirty = true;
  }

  /**
   * Writes what is unwritten and ends. Call it in a scope that is not cancelled.
   * @throws what `write` threw.
   */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#loop;
    if (this.#failure !== null) throw this.#failure;
    if (this.#isDirty) await this.#write();
  }

  async #run(): Promise<void> {
    await condition(() => this.#isDirty || this.#isClosed);
    await condition(() => this.#isClosed, FIRST_AFTER);
    while (!this.#isClosed) {
      await condition(() => this.#isDirty || this.#isClosed);
      if (this.#isClosed) return;
      this.#isDirty = false;
      await this.#write();
      await condition(() => this.#isClosed, EVERY);
    }
  }
}
