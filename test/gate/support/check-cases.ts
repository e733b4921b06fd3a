import { expect, it } from 'vitest';
import type { Code } from '../../../contracts/codes.js';
import { Refusal } from '../../../gate/refusal.js';

interface Cases<Args> {
  /** What passes: it differs from each fault in that alone. */
  twin: Args;
  /** In words -> the arguments that have it. */
  faults: Record<string, Args>;
}

/**
 * The cases of one check. Their names start with the check's own, read off the function: scripts/mutants/run.ts
 * takes the check out and demands that exactly these turn red.
 */
export function casesOf<Args extends unknown[]>(
  check: (...args: Args) => unknown,
  code: Code,
  { twin, faults }: Cases<Args>,
): void {
  it.each(Object.entries(faults))(`${check.name}: ${code}, %s`, (_, faulty) => {
    expect(refusalOf(() => check(...twin))).toBeNull();
    expect(refusalOf(() => check(...faulty))).toBe(code);
  });
}

/** A fault of another kind is none of the check's: it is thrown on. */
function refusalOf(run: () => unknown): Code | null {
  try {
    run();
    return null;
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}
