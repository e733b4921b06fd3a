/** `cloister up` from the outside: everything ends with it, and a start after kill -9 cleans up first. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../../cli/root.js';
import { until } from '../cli/helpers.js';
import { processesOf } from './processes.js';
import { copyWorld } from './world.js';

let world: string;

beforeAll(async () => {
  world = await copyWorld(['finland']);
});

afterAll(() => rmSync(world, { recursive: true, force: true, maxRetries: 20 }));

/** Starts it and waits until it says that it is up. */
async function up() {
  const args = [join(ROOT, 'dist/cli/main.js'), 'up', world, '--yes'];
  const child = execa(process.execPath, args, { reject: false, all: true });
  let output = '';
  child.all?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await until(() => output.includes('Ctrl-C ends all of them'), 60_000);
  return { child, output: () => output };
}

test.runIf(process.platform === 'linux')('SIGINT ends every process', async () => {
  const { child } = await up();
  expect(processesOf(world).length).toBeGreaterThan(4);
  child.kill('SIGINT');
  expect((await child).exitCode).toBe(0);
  expect(processesOf(world)).toEqual([]);
});

test.runIf(process.platform === 'linux')(
  'what kill -9 left is ended by the next start',
  async () => {
    const first = await up();
    first.child.kill('SIGKILL');
    await first.child;
    const left = processesOf(world);
    expect(left.length).toBeGreaterThan(3);
    const second = await up();
    expect(second.output()).toMatch(/ended \d+ processes that an earlier start had left behind/);
    expect(processesOf(world).filter((pid) => left.includes(pid))).toEqual([]);
    second.child.kill('SIGTERM');
    await second.child;
    expect(processesOf(world)).toEqual([]);
  },
);
