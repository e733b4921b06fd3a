/**
 * A marked value in one person's row is found in its own environment, and nowhere outside: not in Temporal's database,
 * the store, the exchange, other environments, logs or names of files; neither as text nor as the bytes of a number.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../../cli/root.js';
import { environmentFolder } from '../../cli/world/layout.js';
import { leakyAnalyses, openGates } from './leaky-analysis.js';
import { ask, filesBelow, question, settle } from './questions.js';
import { FINLAND, UTAH, keepLastVariants, plantValue } from './small-data.js';
import { startTestWorld, type TestWorld, type WorldOptions } from './world.js';

/** An ordinary value for a standardised phenotype; no other file holds its digits. */
const CANARY = 0.7391846205173946;
const ROW = 0;

/** The value as text with 6 to 17 digits, and as float64 in either order. */
function needles(): Buffer[] {
  const texts = Array.from({ length: 12 }, (_, index) => CANARY.toPrecision(6 + index));
  const little = Buffer.alloc(8);
  little.writeDoubleLE(CANARY);
  const big = Buffer.alloc(8);
  big.writeDoubleBE(CANARY);
  return [...new Set(texts)].map((text) => Buffer.from(text)).concat(little, big);
}

/** Files below a folder that hold the value, in bytes or name. */
function findCanary(folder: string, isSkipped: (file: string) => boolean = () => false): string[] {
  const marks = needles();
  return filesBelow(folder)
    .filter((file) => !isSkipped(file))
    .filter((file) => {
      const bytes = readFileSync(file);
      return marks.some((mark) => bytes.includes(mark) || file.includes(mark.toString('latin1')));
    });
}

async function startWithCanary(options: WorldOptions): Promise<TestWorld> {
  return startTestWorld({
    ...options,
    environments: ['finland', 'company-cloud'],
    prepare: (folder) => {
      [FINLAND, UTAH].forEach((place) => keepLastVariants(folder, place, 640));
      plantValue(folder, FINLAND, { column: 'ARSA', row: ROW, value: String(CANARY) });
    },
  });
}

function outside({ folder }: TestWorld): string[] {
  const inside = environmentFolder(folder, 'finland');
  return findCanary(folder, (file) => file.startsWith(inside));
}

function insideOutputs({ folder }: TestWorld): string[] {
  return findCanary(join(environmentFolder(folder, 'finland'), 'state/worker/artifacts'));
}

test('a dishonest op gets the value out of its sandbox and not out of its environment', async () => {
  const analyses = leakyAnalyses();
  const world = await startWithCanary({ build: { analyses } });
  try {
    const written = await settle(world, await ask(world, question()), ['needs-attention']);
    expect(written.steps.some(({ state }) => state === 'needs-attention')).toBe(true);
    const raised = await settle(world, await ask(world, question({ missing: 'mean' })), [
      'needs-attention',
    ]);
    expect(raised.codes.map(({ code }) => code)).toContain('op-failed');
    expect(insideOutputs(world)).not.toEqual([]);
    expect(outside(world)).toEqual([]);
  } finally {
    await world.stop();
    rmSync(analyses, { recursive: true });
  }
});

test('an honest run lets nothing of the value out', async () => {
  const world = await startWithCanary({});
  try {
    const run = await settle(world, await ask(world, question()));
    expect(run.state).toBe('done');
    expect(outside(world)).toEqual([]);
  } finally {
    await world.stop();
  }
});

test('the scanner finds it when the gate passes everything through', async () => {
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  const analyses = leakyAnalyses();
  const gateDist = openGates();
  const world = await startWithCanary({ build: { analyses, gateDist } });
  try {
    await settle(world, await ask(world, question()), ['done', 'needs-attention', 'failed']);
    const found = outside(world);
    expect(found.some((file) => file.includes('/exchange/'))).toBe(true);
    expect(readdirSync(world.folder)).toContain('environments');
  } finally {
    await world.stop();
    for (const path of [analyses, gateDist]) rmSync(path, { recursive: true });
  }
});
