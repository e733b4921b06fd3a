import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { ChildSpec } from '../../cli/supervise/child.js';

/** A scratch folder that is gone after the test. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cloister-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20 }));
  return folder;
}

/** A child that runs a little program of Node. */
export function nodeChild(
  folder: string,
  code: string,
  overrides: Partial<ChildSpec> = {},
): ChildSpec {
  return {
    role: 'sleeper',
    command: process.execPath,
    args: ['-e', code],
    env: { PATH: process.env['PATH'] ?? '' },
    cwd: folder,
    log: join(folder, 'child.log'),
    graceMilliseconds: 2000,
    ...overrides,
  };
}

export async function until(isTrue: () => boolean, milliseconds = 20_000): Promise<void> {
  const end = Date.now() + milliseconds;
  while (!isTrue()) {
    if (Date.now() > end) throw new Error('it did not come true in time');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
