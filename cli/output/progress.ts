/** Live progress: redrawn in place on a terminal, a line for each change elsewhere. */
import { clearScreenDown, moveCursor } from 'node:readline';
import type { RunView } from '../../contracts/run.js';
import { bar, booksInWords, codesInWords, stepName } from './books.js';

export interface Progress {
  show(run: RunView): void;
  end(): void;
}

export function createProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  return stream.isTTY ? new LiveProgress(stream) : new PlainProgress(stream);
}

class LiveProgress implements Progress {
  readonly #stream: NodeJS.WriteStream;
  #drawn = 0;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  show(run: RunView): void {
    const lines = [`${run.state}${run.waitingFor === null ? '' : `: ${run.waitingFor}`}`];
    for (const step of run.steps) {
      const codes = codesInWords(step.codes);
      lines.push(
        `  ${stepName(step).padEnd(28)} ${bar(step.books)} ${booksInWords(step.books)}${codes === '' ? '' : `; ${codes}`}`,
      );
    }
    // Lines that wrap or scroll away cannot be redrawn: as many as the screen holds, the last ones.
    const most = Math.max(3, (this.#stream.rows ?? 24) - 2);
    const width = (this.#stream.columns ?? 80) - 1;
    const shown = (lines.length > most ? lines.slice(-most) : lines).map((line) =>
      line.slice(0, width),
    );
    this.#clear();
    this.#stream.write(`${shown.join('\n')}\n`);
    this.#drawn = shown.length;
  }

  end(): void {
    this.#drawn = 0;
  }

  #clear(): void {
    if (this.#drawn === 0) return;
    moveCursor(this.#stream, 0, -this.#drawn);
    clearScreenDown(this.#stream);
  }
}

class PlainProgress implements Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #seen = new Map<string, string>();
  readonly #startedAt = Date.now();

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  show(run: RunView): void {
    const waiting = run.waitingFor === null ? '' : ` (waits for ${run.waitingFor})`;
    this.#say('run', `run ${run.state}${waiting}`);
    for (const step of run.steps) {
      const { state, books, codes } = step;
      if (state === 'waiting') continue;
      const failed = codesInWords(codes);
      this.#say(
        stepName(step),
        `${stepName(step)}: ${state}, ${booksInWords(books)}${failed === '' ? '' : `; ${failed}`}`,
      );
    }
  }

  end(): void {
    // Every line is written when it comes up.
  }

  #say(key: string, text: string): void {
    if (this.#seen.get(key) === text) return;
    this.#seen.set(key, text);
    const seconds = ((Date.now() - this.#startedAt) / 1000).toFixed(1).padStart(6);
    this.#stream.write(`${seconds} s  ${text}\n`);
  }
}
