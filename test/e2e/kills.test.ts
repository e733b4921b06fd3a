/**
 * kill -9 at the places where something could be lost or done twice, each at least twice. Afterwards: the run ends by
 * itself, books balance, the conclusions are those of the undisturbed run, and no committed result ran again.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitFor } from '../../cli/supervise/wait.js';
import {
  allBooksBalance,
  ask,
  digestsOf,
  executionsOf,
  keysOf,
  question,
  settle,
} from './questions.js';
import { FINLAND, UTAH, keepLastVariants } from './small-data.js';
import { startTestWorld, type TestWorld } from './world.js';

let world: TestWorld;
let round = 0;
const PHENOTYPES = ['ARSA', 'SYNGR1', 'FAM118A', 'RIBC2', 'DNAJB7', 'APOBEC3B'];
const COVARIATES = ['SEX', 'PC1', 'PC2', 'PC3'];
/** Each place twice in CI, once elsewhere. */
const TIMES = process.env['CI'] === undefined ? [1] : [1, 2];

beforeAll(async () => {
  world = await startTestWorld({
    environments: ['finland', 'company-cloud'],
    prepare: (folder) => [FINLAND, UTAH].forEach((place) => keepLastVariants(folder, place, 1280)),
  });
});

afterAll(() => world.stop());

/** How often the most repeated shard of a run was executed, by the runtime's own log. */
function mostExecutions(id: string): number {
  const executions = ['finland', 'company-cloud'].flatMap((place) =>
    executionsOf(world.folder, place),
  );
  return Math.max(...keysOf(executions.filter(({ run }) => run === id)).values());
}

/** A question that nobody asked before, so that every shard has to be executed. */
function newQuestion() {
  const phenotype = PHENOTYPES[round % PHENOTYPES.length];
  const covariates = COVARIATES.slice(0, 1 + Math.floor(round / PHENOTYPES.length));
  round += 1;
  return question({ phenotype, covariates });
}

/** The same question, undisturbed, from what is there by then and what is not. */
async function checkAgainst(id: string): Promise<void> {
  const run = await settle(world, id);
  expect(run.state).toBe('done');
  expect(allBooksBalance(run)).toBe(true);
  const before = executionsOf(world.folder, 'finland').length;
  const again = await settle(world, await ask(world, run.request));
  expect(digestsOf(again)).toEqual(digestsOf(run));
  expect(executionsOf(world.folder, 'finland').length).toBe(before);
}

const AT_FAILPOINTS = [
  ['the worker, after it submitted a job', 'worker-submitted'],
  ['the worker, after the file was written and before it was indexed', 'worker-file-written'],
  ['the worker, after it indexed and before it acknowledged', 'worker-indexed'],
  ['the gate, after the ledger entry and before the file left', 'gate-released'],
  ['the gate, after the file left and before it answered', 'gate-sent'],
  ['the control worker, before it recorded a conclusion', 'control-accepted'],
  ['the control worker, after it recorded a conclusion', 'control-recorded'],
] as const;

test.each(
  AT_FAILPOINTS.flatMap(([what, failpoint]) =>
    TIMES.map((time) => [what, failpoint, time] as const),
  ),
)('killed: %s (%s, time %i)', async (_what, failpoint) => {
  world.arm(failpoint);
  const id = await ask(world, newQuestion());
  const run = await settle(world, id);
  expect(run.state).toBe('done');
  expect(world.hasFired(failpoint)).toBe(true);
  // A job outlives its worker and is found again: nothing of it runs twice.
  expect(mostExecutions(id)).toBe(1);
  await checkAgainst(id);
});

test.each(TIMES)('killed: the op, while it runs (time %i)', async () => {
  const id = await ask(world, newQuestion());
  await waitFor('an op at work', () => Promise.resolve(hosts().length > 0), { seconds: 60 });
  for (const pid of hosts()) kill(pid);
  const run = await settle(world, id, ['done', 'needs-attention']);
  expect(allBooksBalance(run)).toBe(true);
  if (run.state === 'needs-attention') {
    for (const { step, dataset } of run.steps.filter(({ state }) => state === 'needs-attention')) {
      await world.client.retryRun(id, { step, dataset });
    }
  }
  await checkAgainst(id);
  // What was in flight when its own process died runs once more, and not a third time.
  expect(mostExecutions(id)).toBeLessThanOrEqual(2);
});

test.each(['api', 'control worker', 'finland gate', 'finland worker', 'temporal'])(
  'killed: %s, at any moment',
  async (role) => {
    const id = await ask(world, newQuestion());
    await waitFor('work in Finland', async () => await isAtWork(id), { seconds: 120 });
    world.kill(role);
    await checkAgainst(id);
    expect(mostExecutions(id)).toBe(1);
  },
);

async function isAtWork(id: string): Promise<boolean> {
  const run = await world.client.getRun(id);
  return run.steps.some(({ step, state }) => step === 'windows' && state !== 'waiting');
}

/** Processes of the op's host that belong to this world. */
function hosts(): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => {
      try {
        const cmdline = readFileSync(`/proc/${pid}/cmdline`, 'latin1');
        return cmdline.includes('cloister_runtime.host');
      } catch {
        return false;
      }
    });
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself meanwhile.
  }
}
