import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { SignedStatement } from '../../contracts/conclusion.js';
import type { JobManifest, JobOrder } from '../../contracts/job.js';
import { sha256 } from '../../contracts/schemas/canonical.js';
import { resultKeyOf } from '../../contracts/schemas/question.js';
import { isSignedBy } from '../../contracts/schemas/sign.js';
import {
  admitManifest,
  COHORT_EVIDENCE,
  OTHER_RUN,
  RUN,
  startEnvironment,
  writeManifest,
  type EnvironmentOptions,
  type TestEnvironment,
} from './support/environment.js';
import { job, lastAnswer } from './support/messages.js';

let env: TestEnvironment;
afterEach(() => env.stop());

const JOB = `cl-${'a'.repeat(40)}`;
const HEADER = 'chromosome\tposition\tid\teffect\tother\tn\tdof\teaf\tbeta\tse\tneglog10p\tstatus';
const ROW = '22\t100\trs1\tA\tG\t12\t10\t0.5\t0.123456789\t0.0617283945\t1.13437474194543\tok';
const RARE = '22\t200\trs2\tA\tG\t12\t10\t0.125\t0.2\t0.1\t1.13437474194543\tok';
const TABLE = `${HEADER}\n${ROW}\n${RARE}\n`;
const EVIDENCE = '22\t100\trs1\tA\tG\t12\t12\t24\t9\t\t\n22\t200\trs2\tA\tG\t12\t3\t24\t3\t\t\n';
const RELEASED = `${HEADER}\n22\t100\trs1\tA\tG\t12\t10\t0.5\t0.12346\t0.061728\t1.134\tok\n`;
const REQUEST = { run: RUN, step: 'rows', dataset: 'finland', name: 'rows', directory: JOB };

/** Runs the steps up to `rows`. @returns its order */
async function orderRows(run = RUN): Promise<JobOrder> {
  let order: JobOrder | undefined;
  for (const step of ['windows', 'scan', 'rows']) {
    env.temporal.offer('runJob', job({ run, step }));
    order = (await env.worker.poll()).input?.['order'];
  }
  if (order === undefined) throw new Error('the job was refused');
  return order;
}

interface Output {
  table?: string;
  evidence?: string;
  manifest?: Partial<JobManifest>;
  key?: string;
  directory?: string;
}

function writeJob(order: JobOrder, output: Output = {}): void {
  const { table = TABLE, evidence = EVIDENCE, manifest = {}, directory = JOB } = output;
  const folder = join(env.folder, 'state/worker/artifacts', directory);
  mkdirSync(folder, { recursive: true });
  const digested = (text: string) => ({ sha256: sha256(text), bytes: text.length });
  const whole: JobManifest = {
    ...admitManifest(env.folder),
    ...{ kind: 'op', name: directory, step: 'rows', plan: order.plan, analysis: order.analysis },
    ...{ op: order.op?.digest ?? null, question: order.question, model: null, cohort: null },
    output: digested(TABLE),
    evidence: digested(EVIDENCE),
    leftOut: { unplaced: 4, 'non-autosomal': 0 },
    shards: [
      {
        ...{ shard: 0, key: resultKeyOf(order.question, null), state: '+', code: null },
        outputs: { rows: { offset: 0, bytes: TABLE.length } },
        evidence: { offset: 0, bytes: EVIDENCE.length },
      },
    ],
    ...manifest,
  };
  writeFileSync(join(folder, 'manifest.json'), writeManifest(whole, output.key));
  writeFileSync(join(folder, 'output.bin'), table);
  writeFileSync(join(folder, 'evidence.tsv'), evidence);
}

async function start(options: EnvironmentOptions = {}): Promise<JobOrder> {
  env = await startEnvironment(options);
  await env.admit();
  return orderRows();
}

const release = (changes: object = {}) => env.post('/releases', { ...REQUEST, ...changes });
const codeOf = async (changes: object = {}) => {
  const { status, body } = await release(changes);
  return status === 200 ? 'released' : (body['code'] as string);
};

const statementOf = (digest: string): SignedStatement =>
  JSON.parse(env.hub.files.get(digest)?.toString() ?? '{}') as SignedStatement;

describe('a release', () => {
  it('puts the rewritten table and a signed statement into the exchange', async () => {
    const order = await start();
    writeJob(order);
    const { body } = await release();
    const dropped = { 'minor-allele-count': 1, unplaced: 4 };
    expect(body).toMatchObject({ verdict: 'pass', dropped });
    const [conclusion] = body['conclusions'] as {
      sha256: string;
      statement: string;
      bytes: number;
    }[];
    expect(env.hub.files.get(conclusion?.sha256 ?? '')?.toString()).toBe(RELEASED);
    const { statement, signature } = statementOf(conclusion?.statement ?? '');
    expect(isSignedBy(statement, signature, env.keys.own.publicKey)).toBe(true);
    expect(isSignedBy({ ...statement, verdict: 'fail' }, signature, env.keys.own.publicKey)).toBe(
      false,
    );
    expect(statement).toMatchObject({
      ...{ environment: 'north', run: RUN, step: 'rows', dataset: 'finland', name: 'rows' },
      ...{ sha256: sha256(RELEASED), bytes: RELEASED.length, rule: 'variant-statistics@1' },
      ...{ analysis: env.bundle.digest, plan: env.plan.digest, verdict: 'pass', dropped },
      ...{ datasets: [{ id: 'finland', version: 1 }], isolation: 'op', waived: {} },
    });
    const entry = env.ledger.entries('finland').at(-1);
    expect(entry).toMatchObject({ kind: 'released', sequence: statement.ledger.sequence });
    expect(env.ledger.verify()).toEqual([]);
  });

  it('is the same when asked again, also after a restart', async () => {
    writeJob(await start());
    const first = await release();
    expect(await release()).toEqual(first);
    await env.restart();
    expect(await release()).toEqual(first);
    const kinds = env.ledger.entries('finland').map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'released')).toHaveLength(1);
  });

  it('is sent again when the hub was away: recorded first, then sent', async () => {
    writeJob(await start());
    env.hub.isAway = true;
    expect(await codeOf()).toBe('platform-failed');
    expect(env.ledger.entries('finland').at(-1)?.kind).toBe('released');
    env.hub.isAway = false;
    expect(await codeOf()).toBe('released');
    expect(env.ledger.entries('finland').filter(({ kind }) => kind === 'released')).toHaveLength(1);
  });

  it('of the same question for another run is the stored bytes, signed for that run', async () => {
    writeJob(await start());
    const first = (await release()).body['conclusions'] as { sha256: string; statement: string }[];
    await env.admit({ run: OTHER_RUN }, { run: OTHER_RUN });
    await orderRows(OTHER_RUN);
    // Another job of that question, whose op was not deterministic.
    const table = TABLE.replace('0.123456789\t0.0617283945', '0.246913578\t0.123456789');
    const output = { sha256: sha256(table), bytes: table.length };
    const order = await orderRows(OTHER_RUN);
    const shards = [
      {
        ...{ shard: 0, key: resultKeyOf(order.question, null), state: '+' as const, code: null },
        outputs: { rows: { offset: 0, bytes: table.length } },
        evidence: { offset: 0, bytes: EVIDENCE.length },
      },
    ];
    const directory = `cl-${'b'.repeat(40)}`;
    writeJob(order, { table, directory, manifest: { output, shards } });
    const { body } = await release({ run: OTHER_RUN, directory });
    const [second] = body['conclusions'] as { sha256: string; statement: string }[];
    expect(second?.sha256).toBe(first[0]?.sha256);
    expect(second?.statement).not.toBe(first[0]?.statement);
    expect(statementOf(second?.statement ?? '').statement.run).toBe(OTHER_RUN);
  });

  it('is answered upstream by what the gate decided', async () => {
    writeJob(await start());
    env.temporal.offer('release', { run: RUN, step: 'rows', dataset: 'finland', name: 'rows' });
    const { token, input } = await env.worker.poll();
    expect(input?.['order'].question).toMatch(/^[0-9a-f]{64}$/);
    const { body } = await release();
    await env.worker.complete(token, { conclusions: [], verdict: 'fail', dropped: {} });
    expect(lastAnswer(env.temporal)).toEqual(body);
  });

  it('says which shards were waived', async () => {
    await start();
    env.temporal.offer('runJob', job({ step: 'rows', waived: { scan: '3' } }));
    writeJob((await env.worker.poll()).input?.['order'] as JobOrder);
    const [conclusion] = (await release()).body['conclusions'] as { statement: string }[];
    expect(statementOf(conclusion?.statement ?? '').statement.waived).toEqual({ scan: '3' });
  });
});

describe('is refused: manifest-invalid', () => {
  const shard = { shard: 0, key: '99'.repeat(32), state: '+' as const, code: null };
  const outputs = { rows: { offset: 0, bytes: TABLE.length } };
  const evidence = { offset: 0, bytes: EVIDENCE.length };

  it.each<[string, Output]>([
    ['a manifest that the feeder did not authenticate', { key: 'cd'.repeat(32) }],
    ['bytes that changed', { table: TABLE.replace('0.123456789', '0.123456788') }],
    ['evidence that changed', { evidence: EVIDENCE.replace('\t3\t24', '\t9\t24') }],
    ['another question', { manifest: { question: '99'.repeat(32) } }],
    ['another op', { manifest: { op: '99'.repeat(32) } }],
    ['another runtime', { manifest: { runtime: '99'.repeat(32) } }],
    ['another kind', { manifest: { kind: 'cut' } }],
    ['another dataset', { manifest: { dataset: 'utah' } }],
    ['other data', { manifest: { data: { ...DATA_OF(), digest: '99'.repeat(32) } } }],
    ['another shard', { manifest: { shards: [{ ...shard, outputs, evidence }] } }],
    ['no shard', { manifest: { shards: [] } }],
    ['a failed shard', { manifest: { shards: [{ ...shard, state: 'x', outputs, evidence }] } }],
    ['no output', { manifest: { output: null } }],
  ])('%s', async (_fault, output) => {
    const order = await start();
    writeJob(order, output);
    expect(await codeOf()).toBe('manifest-invalid');
    const entry = env.ledger.entries('finland').at(-1);
    expect(entry).toMatchObject({ kind: 'release-refused', data: { code: 'manifest-invalid' } });
    writeJob(order);
    expect(await codeOf()).toBe('released');
  });

  it('a range outside the file', async () => {
    const order = await start();
    const key = resultKeyOf(order.question, null);
    const far = { rows: { offset: 10, bytes: TABLE.length } };
    writeJob(order, { manifest: { shards: [{ ...shard, key, outputs: far, evidence }] } });
    expect(await codeOf()).toBe('manifest-invalid');
  });

  it('a folder that is none, outside, or a link', async () => {
    writeJob(await start());
    const link = `cl-${'c'.repeat(40)}`;
    symlinkSync('/etc', join(env.folder, 'state/worker/artifacts', link));
    for (const directory of ['../../gate', `cl-${'d'.repeat(40)}`, link, '.']) {
      expect(await codeOf({ directory })).toBe('manifest-invalid');
    }
    expect(await codeOf()).toBe('released');
  });
});

function DATA_OF() {
  return {
    ...{ dataset: 'finland', version: 1, digest: '33'.repeat(32), definitions: '99'.repeat(32) },
    ...{ reference: null, cohort: '22'.repeat(32) },
  };
}

describe('is refused, asked again each time', () => {
  it.each<[string, (given: TestEnvironment) => void]>([
    ['approval-revoked', (given) => void given.revoke()],
    ['dataset-not-granted', (given) => given.rewrite({ policy: { grants: {} } })],
    ['version-not-current', (given) => given.rewrite({ dataset: { version: 2 } })],
    ['cohort-too-small', (given) => given.rewrite({ policy: { minPeople: 96 } })],
    ['table-invalid', (given) => given.rewrite({ policy: { maxBytes: '64B' } })],
    ['in-review', (given) => given.rewrite({ policy: { sandbox: { isolation: 'platform' } } })],
  ])('%s: after it was released before', async (code, change) => {
    writeJob(await start());
    expect(await codeOf()).toBe('released');
    change(env);
    expect(await codeOf()).toBe(code);
  });

  it('under a stricter policy the rule runs anew', async () => {
    writeJob(await start());
    expect(await codeOf()).toBe('released');
    env.rewrite({ policy: { minCarriers: 10 } });
    expect(await codeOf()).toBe('nothing-to-release');
  });

  it('run-not-admitted, step-not-in-plan, inputs-missing', async () => {
    env = await startEnvironment();
    expect(await codeOf()).toBe('run-not-admitted');
    await env.admit();
    expect(await codeOf({ name: 'other' })).toBe('step-not-in-plan');
    expect(await codeOf({ step: 'leads', name: 'leads' })).toBe('step-not-in-plan');
    expect(await codeOf()).toBe('inputs-missing');
    writeJob(await orderRows());
    expect(await codeOf()).toBe('released');
  });

  it('evidence-mismatch: of a yes-or-no phenotype, without counts of the cases', async () => {
    env = await startEnvironment();
    const counted = { type: 'binary' as const, cases: 40, controls: 55 };
    const phenotype = { ...COHORT_EVIDENCE.phenotype, ...counted };
    await env.admit({}, { cohort: { ...COHORT_EVIDENCE, phenotype } });
    writeJob(await orderRows());
    expect(await codeOf()).toBe('evidence-mismatch');
  });

  it('in-review: a table waits for people, once in the ledger', async () => {
    writeJob(await start({ policy: { summaryStatistics: 'review' } }));
    expect(await release()).toEqual({ status: 202, body: { code: 'in-review' } });
    expect(await codeOf()).toBe('in-review');
    const waits = env.ledger.entries('finland').filter(({ kind }) => kind === 'release-waits');
    expect(waits).toHaveLength(1);
    expect([...env.hub.files.values()].map(String)).not.toContain(RELEASED);
  });
});

it('an open environment rounds and drops, and does not wait', async () => {
  writeJob(
    await start({
      policy: { wall: 'open', summaryStatistics: 'review' },
      dataset: { wall: 'open' },
    }),
  );
  const { body } = await release();
  expect(body).toMatchObject({ verdict: 'unchecked', dropped: { 'minor-allele-count': 1 } });
});

describe('a list that is made of conclusions', () => {
  const LIST = 'chromosome\tposition\teffect\tother\n22\t100\tA\tG\n';

  /** `leads` at: anywhere, over the rows that the gate signed for Finland, which is here. */
  async function startLeads(policy: object): Promise<void> {
    env = await startEnvironment({
      policy: { combines: true, ...policy },
      dataset: { wall: 'open' },
    });
    await env.admit({ dataset: 'anywhere' });
    const own = { environment: 'north', rule: 'variant-statistics@1' };
    const signed = { ...own, step: 'rows', dataset: 'finland', name: 'rows' };
    const rows = env.conclude(Buffer.from(RELEASED), signed, env.keys.own.privatePem);
    const ref = { ...rows, step: 'rows', dataset: 'finland', name: 'rows' };
    env.temporal.offer('runJob', job({ step: 'leads', dataset: 'anywhere', conclusions: [ref] }));
    const order = (await env.worker.poll()).input?.['order'] as JobOrder;
    const range = { offset: 0, bytes: LIST.length };
    writeJob(order, {
      table: LIST,
      manifest: {
        ...{ step: 'leads', dataset: 'anywhere', data: null, evidence: null, leftOut: {} },
        output: { sha256: sha256(LIST), bytes: LIST.length },
        shards: [
          {
            ...{ shard: 0, key: resultKeyOf(order.question, null), state: '+', code: null },
            ...{ outputs: { leads: range }, evidence: null },
          },
        ],
      },
    });
  }

  const leads = { step: 'leads', dataset: 'anywhere', name: 'leads' };

  it('passes in an open environment, and names what it is made of', async () => {
    await startLeads({ wall: 'open' });
    const { body } = await release(leads);
    const [conclusion] = body['conclusions'] as { statement: string }[];
    const { statement } = statementOf(conclusion?.statement ?? '');
    expect(statement).toMatchObject({ verdict: 'pass', datasets: [{ id: 'finland', version: 1 }] });
  });

  it('release-refused: nothing behind a wall has one to release', async () => {
    await startLeads({ wall: 'walled' });
    expect(await codeOf(leads)).toBe('release-refused');
  });
});

describe('rows about a list that held nothing', () => {
  const request = { ...REQUEST, step: 'refined' };
  const EMPTY = `${HEADER}\n`;

  async function orderRefined(table: string): Promise<void> {
    await start();
    env.temporal.offer('runJob', job({ step: 'refined' }));
    const order = (await env.worker.poll()).input?.['order'] as JobOrder;
    const key = resultKeyOf(order.question, null);
    const none = { offset: 0, bytes: 0 };
    writeJob(order, {
      table,
      evidence: '',
      manifest: {
        step: 'refined',
        output: { sha256: sha256(table), bytes: table.length },
        evidence: { sha256: sha256(''), bytes: 0 },
        shards: [
          {
            ...{ shard: 0, key, state: '+', code: null, evidence: none },
            outputs: { rows: { offset: 0, bytes: table.length } },
          },
        ],
      },
    });
  }

  it('are released as a table without rows', async () => {
    await orderRefined(EMPTY);
    const { body } = await release(request);
    expect(body).toMatchObject({ verdict: 'pass', conclusions: [{ name: 'rows' }] });
  });

  it('evidence-mismatch: a row of which nothing was counted', async () => {
    await orderRefined(TABLE);
    expect(await codeOf(request)).toBe('evidence-mismatch');
  });
});
