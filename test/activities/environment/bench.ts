/**
 * An environment without Temporal and gate: the real Activities, feeder, sandbox and local provider over the demo's
 * finland; a gate of four lines of HTTP; a small analysis whose ops do what a test needs.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { createEnvironmentActivities } from '../../../activities/environment/create-activities.js';
import type { EnvironmentDeps } from '../../../activities/environment/dependencies.js';
import { createGateClient } from '../../../activities/environment/gate-client.js';
import { ResultIndex } from '../../../activities/environment/result-index.js';
import { makeFolders, workerLayout } from '../../../activities/environment/worker-layout.js';
import { LocalProvider } from '../../../activities/providers/local/local-provider.js';
import { projectFile } from '../../../activities/providers/project-file.js';
import { chooseSandbox } from '../../../activities/providers/sandbox/choose-sandbox.js';
import type { DatasetDefinition } from '../../../contracts/dataset.js';
import { canonicalJson, sha256 } from '../../../contracts/schemas/canonical.js';
import type { Plan } from '../../../contracts/plan.js';
import { bundle, PARAMETERS } from './analysis.js';

export const python = projectFile('.venv/bin/python');
export const runtime = projectFile('runtime');
const FINLAND = projectFile('worlds/demo/environments/finland/data/finland');
const REFERENCE = readFileSync(projectFile('worlds/demo/reference/variants.tsv'));

const definition: DatasetDefinition = {
  id: 'finland',
  title: 'Finland',
  version: 1,
  wall: 'walled',
  residency: ['eu-fi'],
  build: 'GRCh38',
  strand: null,
  plink: `${FINLAND}/geno`,
  people: `${FINLAND}/pheno.tsv`,
  approximatePeople: 100,
  baseCohort: ['SEX'],
  phenotypes: { arsa: { title: 'ARSA', type: 'number', unit: null, expression: 'ARSA' } },
  covariates: { sex: { title: 'Sex', type: 'number', unit: null, expression: 'SEX' } },
  frames: { everyone: { title: 'Everyone', expression: 'not missing(SEX)' } },
};

export interface Bench {
  deps: EnvironmentDeps;
  activities: ReturnType<typeof createEnvironmentActivities>;
  /** Bodies of the gate's POSTs, by path. */
  posts: { path: string; body: Record<string, unknown> }[];
  planDigest: string;
  analysis: string;
  reference: { build: string; sha256: string };
  /** The worker's process anew: another index and provider over the same state. */
  restart: () => void;
  /** Answers the gate's next POST with this code. */
  refuseNext: (code: string) => void;
  /** Lines of the runtime's own log. */
  executions(): { key: string; shard: number; step: string; run: string }[];
  close(): Promise<void>;
}

export async function openBench(): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir(), 'environment-'));
  const layout = workerLayout(folder);
  makeFolders(layout);
  mkdirSync(join(folder, 'state'), { recursive: true });
  const reference = { build: 'GRCh38', sha256: sha256(REFERENCE) };
  const analysis = sha256(bundle);
  const plan: Plan = {
    version: 1,
    project: 'drug-discovery',
    analysis: { name: 'probe', version: '1.0.0', digest: analysis },
    parameters: PARAMETERS,
    datasets: [{ id: 'finland', version: 1 }],
    reference,
    limits: { batch: 10, pageShards: 500 },
  };
  const planBytes = Buffer.from(canonicalJson(plan));
  const gate = await startGate([bundle, planBytes, REFERENCE]);
  const { sandbox } = await chooseSandbox({
    ...{ python, runtime, floor: 'unshare', path: process.env['PATH'] ?? '' },
    secrets: [folder, FINLAND],
  });
  const open = (): EnvironmentDeps => ({
    log: pino({ level: 'silent' }),
    layout,
    datasets: new Map([['finland', definition]]),
    providers: new Map([['local', new LocalProvider({ folder: layout.jobs, slots: 2 })]]),
    sandbox,
    gate: createGateClient({ url: gate.url, inputs: layout.inputs }),
    index: new ResultIndex(layout.index),
    feederKey: 'a1'.repeat(32),
    python,
    runtime,
    wall: 'walled',
  });
  const deps = open();
  const bench: Bench = {
    deps,
    activities: createEnvironmentActivities(deps),
    posts: gate.posts,
    planDigest: sha256(planBytes),
    analysis,
    reference,
    restart() {
      bench.deps.index.close();
      bench.deps = open();
      bench.activities = createEnvironmentActivities(bench.deps);
    },
    refuseNext: gate.refuseNext,
    executions: () => readLines(layout.executions),
    async close() {
      bench.deps.index.close();
      await gate.stop();
      rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
    },
  };
  return bench;
}

function readLines(path: string): ReturnType<Bench['executions']> {
  try {
    const lines = readFileSync(path, 'utf8').trim().split('\n');
    return lines.map((line) => JSON.parse(line) as ReturnType<Bench['executions']>[number]);
  } catch {
    return [];
  }
}

interface FakeGate {
  url: string;
  posts: Bench['posts'];
  refuseNext: (code: string) => void;
  stop(): Promise<void>;
}

async function startGate(files: Buffer[]): Promise<FakeGate> {
  const inputs = new Map(files.map((bytes) => [`/inputs/${sha256(bytes)}`, bytes]));
  const posts: Bench['posts'] = [];
  let code: string | undefined;
  const answers: Record<string, unknown> = {
    '/admissions': { isAdmitted: true, codes: [] },
    '/releases': { conclusions: [], verdict: 'pass', dropped: { rare: 3 } },
  };
  const server: Server = createServer((request, response) => {
    const path = request.url ?? '';
    const file = inputs.get(path);
    if (file) return response.end(file);
    if (request.method !== 'POST')
      return response.writeHead(404).end(JSON.stringify({ code: 'not-found' }));
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    return request.on('end', () => {
      posts.push({ path, body: JSON.parse(Buffer.concat(chunks).toString()) });
      if (code !== undefined) response.writeHead(409).end(JSON.stringify({ code }));
      else response.end(JSON.stringify(answers[path]));
      code = undefined;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    posts,
    refuseNext: (next) => {
      code = next;
    },
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}
