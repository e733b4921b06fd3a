import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { openSqliteStore } from '../../hub/store/sqlite.js';
import { REQUEST } from './factories.js';
import { scratchFolder } from './scratch.js';
import { describeStore } from './store.conformance.js';

const folder = scratchFolder();

describeStore('the SQLite store', () => openSqliteStore(join(folder, randomUUID(), 'store.db')));

it('is shared by two processes, and outlives both', async () => {
  const path = join(folder, 'shared.db');
  const run = `r${'a'.repeat(24)}`;
  const store = await openSqliteStore(path);
  await store.runs.begin({ run, requester: 'ada', request: REQUEST });
  const writer = fileURLToPath(new URL('write-events.ts', import.meta.url));
  const args = ['--import', 'tsx', writer, path, run, '40'];
  await Promise.all([execa(process.execPath, args), execa(process.execPath, args)]);
  const sequences = (await store.events.after(run, 0, 100)).map(({ sequence }) => sequence);
  await store.close();
  expect(sequences).toEqual(Array.from({ length: 81 }, (_, index) => index + 1));
});
