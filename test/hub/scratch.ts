import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** A folder of one's own, gone with the test file. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cloister-hub-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20 }));
  return folder;
}
