import { afterEach, describe, expect, it } from 'vitest';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EMPTY_FAN_OUT_QUESTION } from '../../gate/orders/empty-fan-out.js';
import { generateSigningKey } from '../../contracts/schemas/sign.js';
import {
  OTHER_RUN,
  startEnvironment,
  type EnvironmentOptions,
  type TestEnvironment,
} from './support/environment.js';
import { job, lastAnswer } from './support/messages.js';

let env: TestEnvironment;
afterEach(() => env.stop());

const LEADS = Buffer.from('chromosome\tposition\teffect\tother\n22\t100\tA\tG\n22\t900\tC\tT\n');

/** Offers a job. @returns its code when it was refused, else `ordered` */
async function tryJob(changes: object = {}): Promise<unknown> {
  env.temporal.offer('runJob', job(changes));
  env.temporal.offer('closeRun', { run: OTHER_RUN });
  const { task, input } = await env.worker.poll();
  if (task.activityType?.name === 'closeRun') return lastAnswer(env.temporal);
  await env.worker.poll();
  return input && 'ordered';
}

async function start(options: EnvironmentOptions = {}) {
  env = await startEnvironment(options);
  await env.admit();
}

describe('a job is refused', () => {
  it.each([
    ['run-not-admitted', { run: OTHER_RUN }],
    ['run-not-admitted', { dataset: 'anywhere' }],
    ['step-not-in-plan', { step: 'nothing' }],
    ['step-not-in-plan', { step: 'leads' }],
    ['provider-not-allowed', { provider: 'slurm' }],
    ['provider-not-allowed', { provider: 'unknown' }],
    ['wire-invalid', { shards: '0-1' }],
    ['wire-invalid', { waived: { rows: '0' } }],
    ['wire-invalid', { step: 'scan', waived: { windows: '0-99999999999' } }],
    ['inputs-missing', { step: 'rows' }],
    ['conclusion-invalid', { step: 'refine' }],
  ])('%s: %j', async (code, changes) => {
    await start();
    expect(await tryJob(changes)).toBe(code);
    expect(await tryJob()).toBe('ordered');
    const entries = [...env.ledger.entries('finland'), ...env.ledger.entries('environment')];
    expect(entries.some(({ kind, data }) => kind === 'task-refused' && data['code'] === code)).toBe(
      true,
    );
  });

  it.each<[string, (env: TestEnvironment) => void]>([
    ['approval-revoked', (given) => void given.revoke()],
    ['dataset-not-granted', (given) => given.rewrite({ policy: { grants: {} } })],
    ['version-not-current', (given) => given.rewrite({ dataset: { version: 2 } })],
    ['cohort-too-small', (given) => given.rewrite({ policy: { minPeople: 96 } })],
    ['residency-not-allowed', (given) => given.rewrite({ dataset: { residency: ['eu-se'] } })],
    ['definitions-differ', (given) => given.rewrite({ dataset: { baseCohort: [] } })],
    ['policy-invalid', (given) => given.rewrite({ policy: { wall: 'glass' } })],
    [
      'isolation-too-weak',
      (given) => writeFileSync(join(given.folder, 'state/worker/sandbox.json'), '{"kind":"none"}'),
    ],
  ])('%s, at once, under an admitted run', async (code, change) => {
    await start();
    expect(await tryJob()).toBe('ordered');
    change(env);
    expect(await tryJob({ try: 1 })).toBe(code);
  });

  it('plan-unavailable is no refusal: the next try may succeed', async () => {
    await start();
    await env.restart();
    const { rmSync } = await import('node:fs');
    rmSync(join(env.folder, 'state/gate/inputs'), { recursive: true });
    await env.restart();
    env.hub.isAway = true;
    expect(await tryJob()).toBe('plan-unavailable');
    env.hub.isAway = false;
    expect(await tryJob()).toBe('ordered');
  });
});

describe('the order', () => {
  it('has the model and the cohort where people are read, declared parameters, and questions of inputs', async () => {
    await start();
    await tryJob();
    env.temporal.offer('runJob', job({ step: 'scan', shards: '0-24' }));
    const { input: scan } = await env.worker.poll();
    expect(scan?.['order']).toMatchObject({
      op: { name: 'scan_window' },
      parameters: { missing: 'complete-case' },
      model: { phenotype: 'HEIGHT', covariates: ['SEX'] },
      cohort: '22'.repeat(32),
      forEach: { kind: 'output', step: 'windows', list: 'windows' },
    });
    env.temporal.offer('runJob', job({ step: 'rows', waived: { scan: '3' } }));
    const { input: rows } = await env.worker.poll();
    expect(rows?.['order']).toMatchObject({
      ...{ parameters: {}, model: null, cohort: null, waived: { scan: '3' } },
      inputs: [{ step: 'scan', question: scan?.['order'].question as string }],
      concludes: { rows: 'variant-statistics@1' },
    });
  });
});

describe('a step that reads a fan-out of which no job was ever asked', () => {
  it('is asked about nothing where the list was made elsewhere: it was empty', async () => {
    await start();
    env.temporal.offer('runJob', job({ step: 'refined' }));
    const { input } = await env.worker.poll();
    expect(input?.['order']).toMatchObject({
      inputs: [{ step: 'refine', question: EMPTY_FAN_OUT_QUESTION }],
    });
  });

  it('inputs-missing where the list would have been made here and was not', async () => {
    await start();
    expect(await tryJob({ step: 'rows' })).toBe('inputs-missing');
    expect(await tryJob({ step: 'windows' })).toBe('ordered');
    expect(await tryJob({ step: 'rows' })).toBe('ordered');
  });

  it('is asked about its results as soon as there are some', async () => {
    await start();
    await tryJob({ step: 'refine', shards: '0-1', conclusions: [env.conclude(LEADS)] });
    env.temporal.offer('runJob', job({ step: 'refined' }));
    const { input } = await env.worker.poll();
    const [refine] = (input?.['order'] as { inputs: { question: string }[] }).inputs;
    expect(refine?.question).not.toBe(EMPTY_FAN_OUT_QUESTION);
  });
});

describe('a conclusion that a job reads', () => {
  const refine = (ref: object, changes: object = {}) =>
    tryJob({ step: 'refine', shards: '0-1', conclusions: [ref], ...changes });

  it('is taken with a believed signature over this run, plan and step', async () => {
    await start();
    expect(await refine(env.conclude(LEADS))).toBe('ordered');
  });

  it.each<[string, object]>([
    ['run', { run: OTHER_RUN }],
    ['plan', { plan: '77'.repeat(32) }],
    ['analysis', { analysis: '77'.repeat(32) }],
    ['step', { step: 'publish' }],
    ['dataset', { dataset: 'finland' }],
    ['name', { name: 'other' }],
    ['bytes', { sha256: '77'.repeat(32) }],
    ['rule', { rule: 'file' }],
    ['verdict', { verdict: 'fail' }],
  ])('conclusion-invalid: signed over another %s', async (_field, statement) => {
    await start();
    expect(await refine(env.conclude(LEADS, statement))).toBe('conclusion-invalid');
    expect(await refine(env.conclude(LEADS))).toBe('ordered');
  });

  it('conclusion-invalid: unsigned, signed by another key, twice, or of a step that is not read', async () => {
    await start();
    const ref = env.conclude(LEADS);
    const foreign = env.conclude(LEADS, {}, generateSigningKey().privatePem);
    expect(await refine(foreign)).toBe('conclusion-invalid');
    expect(await refine({ ...ref, statement: ref.sha256 })).toBe('conclusion-invalid');
    expect(await refine(ref, { conclusions: [ref, ref] })).toBe('conclusion-invalid');
    expect(await tryJob({ conclusions: [ref] })).toBe('conclusion-invalid');
    expect(await refine({ ...ref, dataset: 'utah' })).toBe('conclusion-invalid');
  });

  it('conclusion-not-believed: the policy does not name the signer', async () => {
    await start();
    expect(await refine(env.conclude(LEADS, { environment: 'abroad' }))).toBe(
      'conclusion-not-believed',
    );
    env.rewrite({ policy: { believes: {} } });
    expect(await refine(env.conclude(LEADS))).toBe('conclusion-not-believed');
    env.rewrite({ policy: { believes: { cloud: env.keys.cloud.publicKey } } });
    expect(await refine(env.conclude(LEADS))).toBe('ordered');
  });

  it('what the gate signed itself is believed', async () => {
    await start();
    const own = env.conclude(LEADS, { environment: 'north' }, env.keys.own.privatePem);
    expect(await refine(own)).toBe('ordered');
    const claimed = env.conclude(LEADS, { environment: 'north' });
    expect(await refine(claimed)).toBe('conclusion-invalid');
  });

  it('conclusion-not-believed: of a dataset that is here, signed elsewhere', async () => {
    env = await startEnvironment({ policy: { combines: true } });
    await env.admit({ dataset: 'anywhere' });
    const of = { step: 'rows', dataset: 'finland', name: 'rows' };
    const read = (changes: object, privatePem?: string) => {
      const signed = { ...of, rule: 'variant-statistics@1', ...changes };
      const ref = { ...env.conclude(LEADS, signed, privatePem), ...of };
      return tryJob({ step: 'leads', dataset: 'anywhere', conclusions: [ref] });
    };
    expect(await read({})).toBe('conclusion-not-believed');
    expect(await read({ environment: 'north' }, env.keys.own.privatePem)).toBe('ordered');
  });

  it('input-unavailable is no refusal', async () => {
    await start();
    const ref = env.conclude(LEADS);
    const file = env.hub.files.get(ref.statement);
    env.hub.files.delete(ref.statement);
    expect(await refine(ref)).toBe('input-unavailable');
    env.hub.files.set(ref.statement, file ?? Buffer.alloc(0));
    expect(await refine(ref)).toBe('ordered');
  });

  it('fan-out-too-large: more items from outside than the custodian allows', async () => {
    await start();
    const three = Buffer.concat([LEADS, Buffer.from('22\t950\tC\tT\n')]);
    expect(await refine(env.conclude(three))).toBe('fan-out-too-large');
    expect(await refine(env.conclude(LEADS), { shards: '2' })).toBe('wire-invalid');
    expect(await refine(env.conclude(LEADS))).toBe('ordered');
  });
});
