import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { quietRuntime } from '../support/temporal.js';
import { bundleWorkflows } from '../workflows/harness.js';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const NAMES = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.replace(/\.json$/, ''));

let bundle: WorkflowBundleWithSourceMap;

beforeAll(async () => {
  quietRuntime();
  bundle = await bundleWorkflows();
}, 60_000);

async function replay(name: string, code: string): Promise<Error | undefined> {
  const { workflowId, history } = JSON.parse(readFileSync(`${FOLDER}/${name}.json`, 'utf8')) as {
    workflowId: string;
    history: unknown;
  };
  const replays = Worker.runReplayHistories({ workflowBundle: { code } }, [{ workflowId, history }]);
  for await (const { error } of replays) return error;
  throw new Error('nothing was replayed');
}

/** A build in which two Activities have changed places. */
function swapped(code: string, one: string, other: string): string {
  const calls = new RegExp(`\\.(${one}|${other})\\(`, 'g');
  expect(code.match(calls)).not.toBeNull();
  return code.replace(calls, (_, name: string) => `.${name === one ? other : one}(`);
}

describe('the golden histories', () => {
  it('tell of a plain run, a kill, a retry, a hold, a cancel and a continue-as-new', () => {
    const kinds = new Set(NAMES.map((name) => name.split('.')[0]));
    expect([...kinds].sort()).toEqual(
      ['cancelled', 'continued', 'held', 'killed', 'plain', 'retried'].sort(),
    );
  });

  it.each(NAMES)('%s replays in this build', async (name) => {
    expect(await replay(name, bundle.code)).toBeUndefined();
  });

  it.each([
    ['plain.run', 'planRun', 'placeRun'],
    ['plain.run', 'release', 'runJob'],
    ['plain.fan-out', 'planPages', 'sumPages'],
    ['plain.page', 'openPage', 'recordPage'],
  ])('%s fails in a build with %s and %s swapped', async (name, one, other) => {
    const error = await replay(name, swapped(bundle.code, one, other));
    expect(error?.message).toMatch(/nondeterminism|determinism/i);
  });

  it('name no place of the machine that recorded them', () => {
    for (const name of NAMES) {
      const text = readFileSync(`${FOLDER}/${name}.json`, 'utf8');
      expect(text).not.toMatch(/node_modules|file:\/\//);
    }
  });
});
