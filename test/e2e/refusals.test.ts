/** What a user gets for input that cannot work: a code and advice, before or at admission, and never a wrong number. */
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, eventsOf, question, settle } from './questions.js';
import { dataFile, FINLAND, keepLastVariants, plantValue, UTAH } from './small-data.js';
import { startTestWorld, type TestWorld } from './world.js';

const BRITAIN = { environment: 'britain', dataset: 'britain' };
const TUSCANY = { environment: 'tuscany', dataset: 'tuscany' };
let world: TestWorld;

beforeAll(async () => {
  world = await startTestWorld({
    prepare: (folder) => {
      [FINLAND, UTAH, BRITAIN, TUSCANY].forEach((place) => keepLastVariants(folder, place, 640));
      plantValue(folder, TUSCANY, { column: 'RIBC2', row: 3, value: '900' });
    },
  });
});

afterAll(() => world.stop());

test('a covariate that sets few people apart is refused in three of four cohorts, without a count', async () => {
  const datasets = ['finland', 'britain', 'tuscany', 'utah'];
  const request = question({ covariates: ['SEX', 'IMPUTED'] }, { datasets });
  const run = await settle(world, await ask(world, request));
  expect(run.state).toBe('refused');
  const refused = run.codes.filter(({ code }) => code === 'group-too-small');
  expect(refused.map(({ dataset }) => dataset).sort()).toEqual(['britain', 'finland', 'tuscany']);
  expect(refused.every(({ about }) => about === 'IMPUTED')).toBe(true);
  expect(run.steps.every(({ books }) => books.done === 0)).toBe(true);
  const text = JSON.stringify([run, await eventsOf(world, run.id)]);
  expect(text).not.toMatch(/"(offMode|people|topShares|maxLeverage)"/);
});

test('the same question without that covariate runs', async () => {
  const run = await settle(
    world,
    await ask(world, question({ covariates: ['SEX'] }, { datasets: ['britain'] })),
  );
  expect(run.state).toBe('done');
});

test('a phenotype with one extreme value is refused with advice; rank-normal passes', async () => {
  const datasets = ['tuscany'];
  const plain = await settle(
    world,
    await ask(world, question({ phenotype: 'RIBC2' }, { datasets })),
  );
  expect(plain.state).toBe('refused');
  expect(plain.codes[0]?.code).toBe('phenotype-dominated');
  const parameters = { phenotype: 'RIBC2', transform: 'rank-normal' };
  const ranked = await settle(world, await ask(world, question(parameters, { datasets })));
  expect(ranked.state).toBe('done');
});

test('a damaged genotype file is refused, and the other datasets name nothing of it', async () => {
  writeFileSync(dataFile(world.folder, BRITAIN, 'geno.bed'), 'not a bed file');
  const request = question({ covariates: ['SEX', 'PC1'] }, { datasets: ['britain'] });
  const run = await settle(world, await ask(world, request));
  expect(run.state).toBe('refused');
  expect(run.codes).toEqual([{ code: 'dataset-unreadable', about: null, dataset: 'britain' }]);
});
