/** `npm run demo` from the outside: what it prints, what it leaves behind, and what a second start finds. */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../../cli/root.js';
import { processesOf } from './processes.js';
import { copyWorld } from './world.js';

let world: string;
let first: Awaited<ReturnType<typeof runDemo>>;

async function runDemo() {
  const args = [join(ROOT, 'dist/cli/main.js'), 'demo', '--once', '--world', world];
  return execa(process.execPath, args, { reject: false, all: true });
}

beforeAll(async () => {
  world = await copyWorld();
  first = await runDemo();
});

afterAll(() => rmSync(world, { recursive: true, force: true, maxRetries: 20 }));

test('the demo ends well and says what it found', () => {
  expect(first.all).toMatch(/rs6151429.* 23\.28 over 3 datasets, 9\.77 in the best single one/);
  expect(first.exitCode).toBe(0);
});

test('it says that one machine shows the flow and not a wall', () => {
  expect(first.all).toContain('this shows the flow, not a wall');
});

test('it shows placement, admission and what each gate held back', () => {
  for (const dataset of ['finland', 'britain', 'tuscany', 'utah']) {
    expect(first.all).toContain(`${dataset}: admitted by its gate`);
  }
  expect(first.all).toMatch(/== Placement[^]*eu-fi\.finland/);
  expect(first.all).toMatch(/held back/);
});

test('the result file lies where it says', () => {
  const path = /^association +(\S+)$/m.exec(first.all ?? '')?.[1];
  expect(path).toBeDefined();
  expect(existsSync(path ?? '')).toBe(true);
});

test.runIf(process.platform === 'linux')('nothing of it lives on', () => {
  expect(processesOf(world)).toEqual([]);
});

test('a second start finds the earlier run, and the same question reuses what is there', async () => {
  const run = /^run (r[a-z2-7]{24})$/m.exec(first.all ?? '')?.[1] ?? 'none';
  const second = await runDemo();
  expect(second.all).toContain('== Earlier runs');
  expect(second.all).toContain(run);
  expect(second.all).toMatch(/\d+ of \d+ shards were there already/);
  expect(second.exitCode).toBe(0);
});
