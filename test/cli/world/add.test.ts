import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { addDataset, type AddOptions } from '../../../cli/world/add.js';
import { readColumns } from '../../../cli/world/people-table.js';
import { ROOT } from '../../../cli/root.js';
import { readEnvironment, readWorld } from '../../../contracts/schemas/environment.js';
import { scratch } from '../helpers.js';

const PEOPLE = [
  ['#IID', 'SEX', 'PC1', 'LDL', 'STATIN', 'CITY', 'BATCH-NO', 'SAME'],
  ['p1', '1', '0.1', '3.2', '0', 'Lund', '1', '1'],
  ['p2', '2', '-0.2', 'NA', '1', 'Ystad', '2', '1'],
  ['p3', '2', '0.3', '2.9', '0', 'Lund', '1', '1'],
  ['p4', '1', '0.4', '4.1', '0', 'Lund', '1', '1'],
];

function write(folder: string): { world: string; options: AddOptions } {
  const world = join(folder, 'world');
  const cloud = join(world, 'environments', 'company-cloud');
  mkdirSync(cloud, { recursive: true });
  for (const file of ['environment.yaml', 'policy.yaml']) {
    cpSync(join(ROOT, 'worlds/demo/environments/company-cloud', file), join(cloud, file));
  }
  writeFileSync(join(cloud, 'datasets.yaml'), 'datasets: []\n');
  cpSync(join(ROOT, 'worlds/demo/hub.yaml'), join(world, 'hub.yaml'));
  const plink = join(folder, 'lund');
  for (const part of ['bed', 'bim']) writeFileSync(`${plink}.${part}`, '');
  writeFileSync(
    `${plink}.fam`,
    Array.from({ length: 27 }, (_, i) => `p${i} p${i} 0 0 0 -9\n`).join(''),
  );
  const people = join(folder, 'people.tsv');
  writeFileSync(people, `${PEOPLE.map((row) => row.join('\t')).join('\n')}\n`);
  const options = {
    world,
    plink,
    people,
    region: 'eu-se',
    yes: true,
    reason: 'consented to open statistics',
  };
  return { world, options };
}

async function add(options: AddOptions): Promise<string> {
  const lines: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  try {
    await addDataset('lund', options);
  } finally {
    log.mockRestore();
  }
  return lines.join('\n');
}

test('columns are proposed by their values, and what cannot be used is named with its reason', () => {
  const { options } = write(scratch());
  const proposed = readColumns(options.people).map(({ name, use, type }) => [name, use, type]);
  expect(proposed).toEqual([
    ['SEX', 'covariate', 'binary'],
    ['PC1', 'covariate', 'number'],
    ['LDL', 'phenotype', 'number'],
    ['STATIN', 'phenotype', 'binary'],
    ['CITY', 'left out', null],
    ['BATCH-NO', 'left out', null],
    ['SAME', 'left out', null],
  ]);
});

test('add writes three files that are read without a fault', async () => {
  const { world, options } = write(scratch());
  await add(options);
  const { config, datasets, policy } = readEnvironment(join(world, 'environments', 'lund'));
  expect(config).toMatchObject({ id: 'lund', region: 'eu-se' });
  expect(datasets[0]).toMatchObject({
    id: 'lund',
    build: 'GRCh37',
    approximatePeople: 20,
    baseCohort: ['SEX', 'PC1'],
    residency: ['eu-se'],
  });
  expect(Object.keys(datasets[0]?.phenotypes ?? {})).toEqual(['LDL', 'STATIN']);
  expect(policy).toMatchObject({
    wall: 'walled',
    summaryStatistics: 'open',
    reason: 'consented to open statistics',
    grants: { 'drug-discovery': ['lund'] },
    believes: { 'company-cloud': 'pinned' },
  });
});

test('the data stay where they are; the folder points to them', async () => {
  const { world, options } = write(scratch());
  await add(options);
  const path = join(world, 'environments/lund/data/lund/people.tsv');
  expect(readFileSync(path, 'utf8')).toBe(readFileSync(options.people, 'utf8'));
});

test('hub.yaml gets one environment more and keeps its comments', async () => {
  const { world, options } = write(scratch());
  const path = join(world, 'hub.yaml');
  const comments = (text: string) => text.split('\n').filter((line) => line.startsWith('#'));
  const before = readFileSync(path, 'utf8');
  await add(options);
  expect(comments(readFileSync(path, 'utf8'))).toEqual(comments(before));
  expect(readWorld(world).environments.at(-1)).toEqual({
    id: 'lund',
    region: 'eu-se',
    gateKey: null,
  });
});

test('what combines believes the new gate, and it is said whose policy changed', async () => {
  const { world, options } = write(scratch());
  const output = await add(options);
  const { policy } = readEnvironment(join(world, 'environments', 'company-cloud'));
  expect(policy.believes['lund']).toBe('pinned');
  expect(output).toContain('company-cloud: its policy.yaml believes lund now');
});

test('without a written reason nothing is written', async () => {
  const { world, options } = write(scratch());
  await expect(add({ ...options, reason: ' ' })).rejects.toThrow(/--reason/);
  expect(existsSync(join(world, 'environments', 'lund'))).toBe(false);
});

test('an environment that is there already is left as it is', async () => {
  const { options } = write(scratch());
  await expect(add({ ...options, environment: 'company-cloud' })).rejects.toThrow(/there already/);
});

test('a table with a ragged line is refused with its number', async () => {
  const { options } = write(scratch());
  writeFileSync(options.people, '#IID\tSEX\np1\t1\np2\n');
  await expect(add(options)).rejects.toThrow(/people\.tsv:3: 1 columns, the header has 2/);
});
