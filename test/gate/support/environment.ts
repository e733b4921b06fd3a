/** An environment's folder, a hub and a Temporal, with the real gate between them. */
import { createHmac } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { ConclusionRef, ConclusionStatement } from '../../../contracts/conclusion.js';
import type { JobManifest } from '../../../contracts/job.js';
import { canonicalJson } from '../../../contracts/schemas/canonical.js';
import { generateSigningKey, loadSigningKey, signJson } from '../../../contracts/schemas/sign.js';
import { definitionsDigest } from '../../../contracts/schemas/dataset-digest.js';
import { approve, revoke } from '../../../gate/approvals/index.js';
import { gateLayout } from '../../../gate/config.js';
import { readCustody } from '../../../gate/custody.js';
import { startGate, type Gate } from '../../../gate/gate.js';
import { createLedger } from '../../../gate/ledger/ledger.js';
import { openDatabase } from '../../../gate/state/database.js';
import { makeBundle, makePlan } from './analysis.js';
import { startFakeHub } from './fake-hub.js';
import { startFakeTemporal } from './fake-temporal.js';
import { createFakeWorker } from './fake-worker.js';

export const RUN = `r${'a'.repeat(24)}`;
export const OTHER_RUN = `r${'b'.repeat(24)}`;
export const FEEDER_KEY = 'ab'.repeat(32);
export const RUNTIME = '11'.repeat(32);
export const COHORT = '22'.repeat(32);
export const DATA = '33'.repeat(32);

const DEFINITION = { title: 'X', type: 'number', expression: 'X' };

const DATASET = {
  id: 'finland',
  title: 'Finland',
  version: 1,
  wall: 'walled',
  residency: ['eu-fi'],
  build: 'GRCh37',
  strand: 'plus',
  plink: 'data/geno',
  people: 'data/pheno.tsv',
  approximatePeople: 100,
  baseCohort: ['SEX'],
  phenotypes: { HEIGHT: DEFINITION },
  covariates: { SEX: DEFINITION },
  frames: { everyone: { title: 'Everyone', expression: '1 = 1' } },
};

const POLICY = {
  wall: 'walled',
  grants: { drugs: ['finland'] },
  believes: { cloud: 'pinned' },
  summaryStatistics: 'open',
  reason: 'public donors',
  minPeople: 30,
  minMAC: 10,
  minCarriers: 5,
  maxItems: 2,
};

export interface EnvironmentOptions {
  policy?: Record<string, unknown>;
  dataset?: Record<string, unknown>;
  isApproved?: boolean;
  /** Another Temporal than the scripted one. */
  temporalAddress?: string;
}

export function writeEnvironment(
  folder: string,
  { policy = {}, dataset = {} }: EnvironmentOptions,
) {
  const write = (name: string, value: unknown) =>
    writeFileSync(join(folder, name), stringify(value, { aliasDuplicateObjects: false }));
  write('environment.yaml', {
    id: 'north',
    title: 'North',
    region: 'eu-fi',
    providers: { local: { kind: 'local', slots: 2 }, slurm: { kind: 'slurm', slots: 2 } },
    prices: { 'cpu-hour': 1 },
  });
  write('datasets.yaml', { datasets: [{ ...DATASET, ...dataset }] });
  write('policy.yaml', { ...POLICY, ...policy });
}

export function writeSecrets(folder: string) {
  const own = generateSigningKey();
  const cloud = generateSigningKey();
  for (const part of ['gate', 'worker/artifacts']) {
    mkdirSync(join(folder, 'state', part), { recursive: true });
  }
  const write = (name: string, text: string) => writeFileSync(join(folder, 'state', name), text);
  write('gate/key.pem', own.privatePem);
  write('gate/hub-token', 'gate-token\n');
  write('feeder.key', FEEDER_KEY);
  write('pins.json', JSON.stringify({ cloud: cloud.publicKey, north: own.publicKey }));
  write('worker/sandbox.json', JSON.stringify({ kind: 'unshare', uid: 65534 }));
  return { own, cloud };
}

export async function startEnvironment(options: EnvironmentOptions = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'cloister-gate-'));
  writeEnvironment(folder, options);
  const keys = writeSecrets(folder);
  const hub = await startFakeHub();
  const temporal = await startFakeTemporal();
  const bundle = makeBundle();
  const plan = makePlan(bundle.digest);
  hub.put(bundle.bytes);
  hub.put(plan.bytes);
  const db = openDatabase(join(gateLayout(folder).state, 'gate.db'));
  const ledger = createLedger(db);
  const approval = { digest: bundle.digest, name: 'association@1.0.0', by: 'custodian' };
  if (options.isApproved !== false) approve(ledger, approval);
  const start = () =>
    startGate({
      folder,
      temporalAddress: options.temporalAddress ?? temporal.address,
      namespace: 'default',
      hubUrl: hub.url,
      proxyPort: 0,
      apiPort: 0,
    });
  let gate: Gate = await start();
  /** As a task does that names the plan. */
  const nameInput = (digest: string) =>
    db.prepare('INSERT OR IGNORE INTO named VALUES (?)').run(digest);
  nameInput(plan.digest);
  let worker = createFakeWorker(gate.proxyPort);
  const post = async (path: string, body: unknown) => {
    const response = await fetch(`http://127.0.0.1:${gate.apiPort}${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  return {
    folder,
    hub,
    temporal,
    bundle,
    plan,
    ledger,
    keys,
    get worker() {
      return worker;
    },
    get proxyPort() {
      return gate.proxyPort;
    },
    get apiUrl() {
      return `http://127.0.0.1:${gate.apiPort}`;
    },
    post,
    revoke: () => revoke(ledger, approval),
    rewrite: (changes: EnvironmentOptions) => writeEnvironment(folder, changes),
    restart: async () => {
      worker.stop();
      await gate.stop();
      gate = await start();
      worker = createFakeWorker(gate.proxyPort);
    },
    admit: (overrides: Record<string, unknown> = {}, manifest: Partial<JobManifest> = {}) => {
      const request = { run: RUN, dataset: 'finland', plan: plan.digest, ...overrides };
      nameInput(request.plan);
      const text = writeManifest(admitManifest(folder, { dataset: request.dataset, ...manifest }));
      return post('/admissions', { ...request, manifest: text });
    },
    /** Signs a conclusion as the cloud's gate does and puts it into the exchange. */
    conclude: (
      bytes: Buffer,
      changes: Partial<ConclusionStatement> = {},
      privatePem = keys.cloud.privatePem,
    ) => {
      const sha = hub.put(bytes);
      const statement = {
        ...statementOf({
          sha256: sha,
          bytes: bytes.length,
          plan: plan.digest,
          analysis: bundle.digest,
        }),
        ...changes,
      };
      const signed = { statement, signature: signJson(statement, loadSigningKey(privatePem)) };
      const digest = hub.put(Buffer.from(canonicalJson(signed)));
      const ref: ConclusionRef = {
        step: 'leads',
        dataset: 'anywhere',
        name: 'leads',
        sha256: sha,
        statement: digest,
      };
      return ref;
    },
    stop: async () => {
      worker.stop();
      await gate.stop();
      await Promise.all([hub.stop(), temporal.stop()]);
      db.close();
      rmSync(folder, { recursive: true, maxRetries: 20 });
    },
  };
}

export type TestEnvironment = Awaited<ReturnType<typeof startEnvironment>>;

function statementOf(
  parts: Pick<ConclusionStatement, 'sha256' | 'bytes' | 'plan' | 'analysis'>,
): ConclusionStatement {
  return {
    version: 1,
    environment: 'cloud',
    run: RUN,
    step: 'leads',
    dataset: 'anywhere',
    name: 'leads',
    ...parts,
    datasets: [{ id: 'finland', version: 1 }],
    rule: 'variant-list@1',
    policy: '44'.repeat(32),
    verdict: 'pass',
    dropped: {},
    waived: {},
    isolation: 'op',
    ledger: { sequence: 1, head: '55'.repeat(32) },
  };
}

export function writeManifest(manifest: JobManifest, key = FEEDER_KEY): string {
  const body = JSON.stringify(manifest);
  const mac = createHmac('sha256', Buffer.from(key, 'hex')).update(body).digest('hex');
  return JSON.stringify({ body, mac });
}

export const COHORT_EVIDENCE: NonNullable<JobManifest['cohort']> = {
  people: 95,
  parameters: 2,
  collinear: [],
  maxLeverage: 0.05,
  columns: [{ name: 'SEX', offMode: 45, isTwoValued: true, topShares: shares(0.02) }],
  phenotype: { type: 'number', cases: null, controls: null, topShares: shares(0.03) },
};

/** Shares that grow evenly. */
export function shares(each: number): number[] {
  return Array.from({ length: 50 }, (_, index) => Math.min(1, each * (index + 1)));
}

export function admitManifest(folder: string, changes: Partial<JobManifest> = {}): JobManifest {
  const dataset = changes.dataset ?? 'finland';
  const definition = readCustody(gateLayout(folder)).datasets.find(({ id }) => id === dataset);
  return {
    version: 1,
    kind: 'admit',
    name: 'cl-admit',
    run: RUN,
    step: 'admit',
    dataset,
    try: 0,
    plan: null,
    analysis: null,
    op: null,
    runtime: RUNTIME,
    engine: {},
    question: null,
    model: definition
      ? { phenotype: 'HEIGHT', covariates: ['SEX'], frame: 'everyone', transform: 'none' }
      : null,
    parameters: {},
    data: definition
      ? {
          dataset,
          version: 1,
          digest: DATA,
          definitions: definitionsDigest(definition),
          reference: null,
          cohort: COHORT,
        }
      : null,
    inputs: [],
    conclusions: [],
    waived: {},
    shards: [],
    output: null,
    evidence: null,
    counts: {},
    leftOut: {},
    cohort: definition ? COHORT_EVIDENCE : null,
    usage: { wallSeconds: 1, cpuSeconds: 1, maxRssBytes: 1 },
    refused: null,
    ...changes,
  };
}
