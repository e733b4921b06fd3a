/** `cloister demo`: the main job, from start to finish, on the demo's world. */
import { join } from 'node:path';
import { RestClient } from '../../client/index.js';
import { runWorkflowId } from '../../contracts/ids.js';
import type { RunView } from '../../contracts/run.js';
import { formatRuns } from '../commands/runs.js';
import { EXIT } from '../failure.js';
import { followRun } from '../follow.js';
import { operatorToken } from '../hub.js';
import { onInterrupt, type Interrupt } from '../interrupt.js';
import { formatPlacements } from '../output/placement.js';
import { createProgress } from '../output/progress.js';
import { saveResults } from '../output/results.js';
import { formatTable } from '../output/table.js';
import { startWorld, type RunningWorld } from '../supervise/world.js';
import { waitFor } from '../supervise/wait.js';
import { initWorld } from '../world/init.js';
import { formatHits, parseHits, topInWords } from './hits.js';
import { DEMO_REQUEST, demoKey } from './question.js';
import { admissionLine, heldBack, reuseInWords, whyNot } from './report.js';

export interface DemoOptions {
  world: string;
  /** Stop everything when the run has ended. */
  isOnce: boolean;
}

const say = (text = '') => console.log(text);
const head = (text: string) => say(`\n== ${text}`);

/** @returns the exit code */
export async function demo({ world, isOnce }: DemoOptions): Promise<number> {
  const interrupt = onInterrupt();
  say('Cloister: one analysis, four data environments, only conclusions come out.');
  say('All processes run as one user on one machine: this shows the flow, not a wall.');
  head('Starting');
  const { approved } = await initWorld(world, { isYes: true });
  if (approved.length > 0) {
    say(
      `the demo answers for the custodians: ${approved.length} approvals, a row of the ledger each`,
    );
  }
  const running = await startWorld({ world, say, signal: interrupt.signal });
  try {
    const code = await show(running, interrupt, isOnce);
    if (!isOnce && !interrupt.signal.aborted) {
      say('\nEverything stays up; Ctrl-C ends all of it.');
      await interrupt.asked;
    }
    return code;
  } finally {
    await running.supervisor.stop();
    say('every process is stopped.');
  }
}

async function show(running: RunningWorld, interrupt: Interrupt, isOnce: boolean): Promise<number> {
  const { layout, addresses } = running;
  const client = new RestClient({ url: addresses.api, token: operatorToken(layout.operatorToken) });
  await waitForEnvironments(client, running.environments, interrupt);
  await showEnvironments(client);
  await showEarlierRuns(client);
  head('The question');
  say(
    'Which variants of chromosome 22 go with the expression of the gene ARSA in blood cells, after sex and ancestry?',
  );
  const submitted = await client.submitRun(DEMO_REQUEST, { idempotencyKey: demoKey(new Date()) });
  say(`run ${submitted.id}`);
  const run = await follow(client, submitted.id, interrupt);
  if (run.state === 'done') await showResult(client, run, layout.world);
  else say(`\n${whyNot(run)}`);
  showAddresses(run, addresses, isOnce);
  return run.state === 'done' ? EXIT.ok : EXIT.runNotDone;
}

async function waitForEnvironments(
  client: RestClient,
  ids: string[],
  { signal }: Interrupt,
): Promise<void> {
  const areUp = async () => {
    const environments = await client.listEnvironments();
    return ids.every((id) =>
      environments.some((entry) => entry.id === id && entry.state !== 'down'),
    );
  };
  await waitFor('every environment', areUp, { signal });
}

async function showEnvironments(client: RestClient): Promise<void> {
  const rows = (await client.listEnvironments()).map(({ id, region, offer }) => [
    `${region}.${id}`,
    offer?.wall ?? '',
    offer?.datasets.map((dataset) => dataset.id).join(', ') ?? '',
    offer?.sandbox ?? '',
    offer === null ? '' : `${offer.summaryStatistics} (${offer.reason ?? 'no reason'})`,
  ]);
  head('Environments, as their gates offer themselves');
  say(formatTable(['environment', 'wall', 'data', 'sandbox', 'summary statistics'], rows));
}

async function showEarlierRuns(client: RestClient): Promise<void> {
  const { runs } = await client.listRuns({ limit: 5 });
  if (runs.length === 0) return;
  head('Earlier runs');
  say(formatRuns(runs));
}

async function follow(client: RestClient, id: string, { signal }: Interrupt): Promise<RunView> {
  const progress = createProgress(process.stdout);
  let stage: 'placing' | 'admitting' | 'running' = 'placing';
  const run = await followRun(client, id, {
    signal,
    onEvent: (event) => {
      const line = admissionLine(event);
      if (line !== undefined) say(line);
    },
    onChange: (view) => {
      if (stage === 'placing' && view.placements.length > 0) {
        head('Placement');
        say(formatPlacements(view.placements));
        head('Admission: each gate checks approval, grant, policy and cohort');
        stage = 'admitting';
      }
      if (stage === 'admitting' && view.steps.length > 0) {
        head('Progress (█ computed, ▒ reused, x failed, w waived, · open)');
        stage = 'running';
      }
      if (stage === 'running') progress.show(view);
    },
  });
  progress.end();
  return run;
}

async function showResult(client: RestClient, run: RunView, world: string): Promise<void> {
  const files = await saveResults(client, run, join(world, 'state', 'results', run.id));
  const hits = files.find(({ name }) => name === 'hits');
  if (hits !== undefined) showHits(new TextDecoder().decode(hits.bytes));
  head('What each gate held back, and why');
  say(heldBack(run));
  say(`\n${reuseInWords(run)}`);
  head('Files');
  for (const { name, path } of files) say(`${name.padEnd(18)} ${path}`);
}

function showHits(tsv: string): void {
  const hits = parseHits(tsv);
  head('The strongest associations');
  say(formatHits(hits));
  say(
    'effect: change of the phenotype, in its unit, for each copy of the allele after >; ±: standard error; k: datasets that could release it; n: people.',
  );
  const sentence = topInWords(hits, 'ARSA');
  if (sentence !== undefined) say(sentence);
}

function showAddresses(
  run: RunView,
  { api, temporalUi }: RunningWorld['addresses'],
  isOnce: boolean,
): void {
  const workflow = encodeURIComponent(runWorkflowId(run.id));
  head(isOnce ? 'Addresses, as long as the processes run (leave out --once)' : 'Addresses');
  say(`API and its docs   ${api}/docs`);
  say(
    `the run            ${api}/v1/runs/${run.id} (with a token: cloister token --world <folder>)`,
  );
  say(`in Temporal UI     ${temporalUi}/namespaces/default/workflows/${workflow}`);
}
