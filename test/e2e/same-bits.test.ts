/**
 * However the work is cut, and whatever is killed on the way, each conclusion has one sha256. Every cut starts with an
 * empty artifact store, and the runtime's log shows that every shard was executed. The rows cover window, batch, page
 * and kill pairwise.
 */
import { expect, test } from 'vitest';
import { ask, digestsOf, executionsOf, question, settle } from './questions.js';
import { FINLAND, UTAH, keepLastVariants } from './small-data.js';
import { startTestWorld } from './world.js';

interface Cut {
  windowBlocks: number;
  batch: number | 'auto';
  pageShards: number;
  isKilled: boolean;
}

const CUTS: Cut[] = [
  { windowBlocks: 40, batch: 'auto', pageShards: 500, isKilled: false },
  { windowBlocks: 1, batch: 'auto', pageShards: 7, isKilled: true },
  { windowBlocks: 4, batch: 1, pageShards: 1, isKilled: false },
  { windowBlocks: 1, batch: 1, pageShards: 500, isKilled: false },
  { windowBlocks: 4, batch: 'auto', pageShards: 7, isKilled: true },
  { windowBlocks: 40, batch: 1, pageShards: 1, isKilled: true },
  { windowBlocks: 1, batch: 'auto', pageShards: 1, isKilled: false },
  { windowBlocks: 4, batch: 1, pageShards: 500, isKilled: true },
  { windowBlocks: 40, batch: 'auto', pageShards: 7, isKilled: false },
];

let expected: Record<string, string> | undefined;

test.each(CUTS)('one sha256 for %o', async (cut) => {
  const world = await startTestWorld({
    environments: ['finland', 'company-cloud'],
    prepare: (folder) => [FINLAND, UTAH].forEach((place) => keepLastVariants(folder, place, 1280)),
  });
  try {
    const limits = { batch: cut.batch, pageShards: cut.pageShards };
    if (cut.isKilled) world.arm('worker-file-written');
    const id = await ask(world, question({ windowBlocks: cut.windowBlocks }, { limits }));
    const run = await settle(world, id);
    expect(run.state).toBe('done');
    expect(world.hasFired('worker-file-written')).toBe(true);
    const scans = executionsOf(world.folder, 'finland').filter(({ step }) => step === 'scan');
    const shards = new Set(scans.map(({ shard }) => shard));
    expect(shards.size).toBe(Math.ceil(20 / cut.windowBlocks));
    expected ??= digestsOf(run);
    expect(digestsOf(run)).toEqual(expected);
  } finally {
    await world.stop();
  }
});
