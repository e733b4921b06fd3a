/** What set-up says on screen, and the one way it fails: what is wrong, and how to mend it. */
import { spawnSync } from 'node:child_process';

export class SetupError extends Error {
  /**
   * @param {string} problem
   * @param {string} remedy
   */
  constructor(problem, remedy) {
    super(`${problem}\n  To mend it: ${remedy}`);
  }
}

/** @param {string} text */
export function say(text) {
  process.stderr.write(`set-up: ${text}\n`);
}

/**
 * Runs a program to its end; its output is shown only when it fails.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd: string, remedy: string }} options
 */
export function run(command, args, { cwd, remedy }) {
  const result = spawnSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 64 * 2 ** 20 });
  if (result.status === 0) return;
  const why = result.error?.message ?? `exit code ${String(result.status ?? result.signal)}`;
  process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}`);
  throw new SetupError(`\`${command} ${args.slice(0, 4).join(' ')}\` failed (${why}).`, remedy);
}
