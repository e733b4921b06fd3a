/** Exit codes and the one error that ends a command with words for the reader. Listed in `cloister --help`. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  runNotDone: 3,
  unreachable: 4,
  refused: 5,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_HELP = `
Exit codes:
  0  done
  1  something failed; the message says what and how to mend it
  2  wrong usage
  3  the run ended refused, failed or cancelled, or waits for somebody
  4  the hub cannot be reached
  5  the hub refused the request (the message names every fault)`;

export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = EXIT.failed) {
    super(message);
    this.exitCode = exitCode;
  }
}
