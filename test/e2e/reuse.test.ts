/** Reuse: the same question executes nothing again; another one executes only what depends on the change. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunView } from '../../contracts/run.js';
import { ask, digestsOf, executionsOf, question, settle } from './questions.js';
import { FINLAND, UTAH, keepLastVariants } from './small-data.js';
import { startTestWorld, type TestWorld } from './world.js';

let world: TestWorld;
let first: RunView;

beforeAll(async () => {
  world = await startTestWorld({
    environments: ['finland', 'company-cloud'],
    prepare: (folder) => [FINLAND, UTAH].forEach((place) => keepLastVariants(folder, place, 1280)),
  });
  first = await settle(world, await ask(world, question()));
});

afterAll(() => world.stop());

function booksOf(run: RunView, step: string, dataset: string) {
  return run.steps.find((view) => view.step === step && view.dataset === dataset)?.books;
}

function count(): number {
  return ['finland', 'company-cloud'].flatMap((id) => executionsOf(world.folder, id)).length;
}

test('a first run executes every shard', () => {
  expect(first.state).toBe('done');
  expect(booksOf(first, 'scan', 'finland')).toMatchObject({ planned: 5, done: 5, reused: 0 });
});

test('the same question executes nothing and concludes the same bytes', async () => {
  const before = count();
  const again = await settle(world, await ask(world, question()));
  expect(again.state).toBe('done');
  expect(count()).toBe(before);
  expect(booksOf(again, 'scan', 'finland')).toMatchObject({ planned: 5, done: 5, reused: 5 });
  expect(digestsOf(again)).toEqual(digestsOf(first));
});

test('another covariate reuses the windows and scans again', async () => {
  const other = await settle(world, await ask(world, question({ covariates: ['SEX', 'PC1'] })));
  expect(other.state).toBe('done');
  expect(booksOf(other, 'windows', 'finland')).toMatchObject({ done: 1, reused: 1 });
  expect(booksOf(other, 'scan', 'finland')).toMatchObject({ done: 5, reused: 0 });
  expect(digestsOf(other)['rows/rows@finland']).not.toBe(digestsOf(first)['rows/rows@finland']);
});

test('what was reused ends in the same bytes as what was computed cold', async () => {
  const cold = await startTestWorld({
    environments: ['finland', 'company-cloud'],
    prepare: (folder) => [FINLAND, UTAH].forEach((place) => keepLastVariants(folder, place, 1280)),
  });
  try {
    const other = question({ covariates: ['SEX', 'PC1'] });
    const warm = await settle(world, await ask(world, other));
    const fresh = await settle(cold, await ask(cold, other));
    expect(digestsOf(fresh)).toEqual(digestsOf(warm));
  } finally {
    await cold.stop();
  }
});
