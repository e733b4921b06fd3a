import { afterEach, describe, expect, it } from 'vitest';
import { approve } from '../../gate/approvals/index.js';
import { makeBundle, makePlan } from './support/analysis.js';
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

let env: TestEnvironment;
afterEach(() => env.stop());

const codesOf = ({ body }: { body: Record<string, unknown> }) =>
  body['isAdmitted'] === true
    ? ['admitted']
    : (body['codes'] as { code: string; about: string | null }[]).map(({ code, about }) =>
        about === null ? code : `${code} ${about}`,
      );

const DATA_READ = {
  ...{ dataset: 'finland', version: 1, digest: '33'.repeat(32), definitions: '' },
  ...{ reference: null, cohort: '22'.repeat(32) },
};

/** One fault in what the custodian wrote; the twin lacks it. */
describe('is refused by what the custodian wrote', () => {
  it.each<[string, EnvironmentOptions, EnvironmentOptions]>([
    ['analysis-not-approved', { isApproved: false }, {}],
    ['dataset-not-granted finland', { policy: { grants: { others: ['finland'] } } }, {}],
    ['dataset-not-here finland', { dataset: { id: 'sweden' } }, {}],
    ['version-not-current finland', { dataset: { version: 2 } }, {}],
    ['residency-not-allowed finland', { dataset: { residency: ['eu-se'] } }, {}],
    ['cohort-too-small', { policy: { minPeople: 96 } }, { policy: { minPeople: 95 } }],
  ])('%s', async (code, fault, twin) => {
    env = await startEnvironment(fault);
    expect(codesOf(await env.admit())).toEqual([code]);
    expect(
      env.ledger.entries(code.includes('here') ? 'environment' : 'finland').at(-1),
    ).toMatchObject({
      kind: 'admission-refused',
      subject: RUN,
    });
    await env.stop();
    env = await startEnvironment(twin);
    expect(codesOf(await env.admit())).toEqual(['admitted']);
  });
});

describe('is refused by what the feeder counted', () => {
  it.each<[string, Parameters<TestEnvironment['admit']>[1]]>([
    ['manifest-invalid', { run: OTHER_RUN }],
    ['manifest-invalid', { kind: 'op' }],
    ['manifest-invalid', { cohort: null }],
    ['manifest-invalid', { cohort: { ...COHORT_EVIDENCE, columns: [] } }],
    [
      'manifest-invalid',
      {
        cohort: {
          ...COHORT_EVIDENCE,
          columns: COHORT_EVIDENCE.columns.map((column) => ({ ...column, name: 'person-17' })),
        },
      },
    ],
    [
      'manifest-invalid',
      { model: { phenotype: 'WEIGHT', covariates: ['SEX'], frame: 'everyone', transform: 'none' } },
    ],
    [
      'definitions-differ',
      {
        data: {
          dataset: 'finland',
          version: 1,
          digest: '33'.repeat(32),
          definitions: '99'.repeat(32),
          reference: null,
          cohort: '22'.repeat(32),
        },
      },
    ],
    ['phenotype-constant HEIGHT', { refused: { code: 'phenotype-constant', about: 'HEIGHT' } }],
    ['phenotype-constant', { refused: { code: 'phenotype-constant', about: 'person-17' } }],
    [
      'group-too-small SEX',
      {
        cohort: {
          ...COHORT_EVIDENCE,
          columns: COHORT_EVIDENCE.columns.map((column) => ({ ...column, offMode: 9 })),
        },
      },
    ],
    ['leverage-too-high', { cohort: { ...COHORT_EVIDENCE, maxLeverage: 0.7 } }],
  ])('%s', async (code, manifest) => {
    env = await startEnvironment();
    expect(codesOf(await env.admit({}, manifest))).toEqual([code]);
    expect(codesOf(await env.admit())).toEqual(['admitted']);
  });

  it('manifest-invalid: with another key, and torn', async () => {
    env = await startEnvironment();
    const request = { run: RUN, dataset: 'finland', plan: env.plan.digest };
    const manifest = admitManifest(env.folder);
    const forged = { ...request, manifest: writeManifest(manifest, 'cd'.repeat(32)) };
    expect(codesOf(await env.post('/admissions', forged))).toEqual(['manifest-invalid']);
    const torn = { ...request, manifest: writeManifest(manifest).slice(0, -10) };
    expect(codesOf(await env.post('/admissions', torn))).toEqual(['manifest-invalid']);
    const whole = { ...request, manifest: writeManifest(manifest) };
    expect(codesOf(await env.post('/admissions', whole))).toEqual(['admitted']);
  });
});

describe('is refused by the plan', () => {
  it('plan-invalid: no plan, not of this analysis, without this dataset', async () => {
    env = await startEnvironment();
    const { digest } = env.bundle;
    const plans = [
      Buffer.from('{}'),
      makePlan(digest, { analysis: { name: 'other', version: '1.0.0', digest } }).bytes,
      makePlan(digest, { parameters: {} }).bytes,
    ];
    for (const bytes of plans) {
      expect(codesOf(await env.admit({ plan: env.hub.put(bytes) }))).toEqual(['plan-invalid']);
    }
    const other = makePlan(digest, { datasets: [{ id: 'utah', version: 3 }] }).bytes;
    expect(codesOf(await env.admit({ plan: env.hub.put(other) }))).toEqual([
      'plan-invalid finland',
    ]);
    expect(codesOf(await env.admit())).toEqual(['admitted']);
  });

  it('plan-invalid: parameters that the approved schema does not allow', async () => {
    env = await startEnvironment();
    const schema = { properties: { leadThreshold: { type: 'number', maximum: 0.01 } } };
    const { bytes, digest } = makeBundle({ 'parameters.schema.json': JSON.stringify(schema) });
    env.hub.put(bytes);
    approve(env.ledger, { digest, name: 'association@1.0.0', by: 'custodian' });
    const planned = makePlan(digest);
    const parameters = { ...planned.plan.parameters, leadThreshold: 0.5 };
    const other = makePlan(digest, { parameters });
    env.hub.put(other.bytes);
    env.hub.put(planned.bytes);
    expect(codesOf(await env.admit({ plan: other.digest }))).toEqual(['plan-invalid']);
    expect(codesOf(await env.admit({ plan: planned.digest }))).toEqual(['admitted']);
  });

  it('author-list-not-allowed: an op makes a list of its own behind the wall', async () => {
    env = await startEnvironment();
    const manifest = makeBundle().bundle.files['analysis.yaml'] ?? '';
    const changed = manifest.replace(
      '{ id: rows,',
      '{ id: picks, op: collect_rows, at: datasets, inputs: [scan], fans-out: { list: picks, most: 9 } }\n  - { id: rows,',
    );
    const { bytes, digest } = makeBundle({ 'analysis.yaml': changed });
    env.hub.put(bytes);
    approve(env.ledger, { digest, name: 'association@1.0.0', by: 'custodian' });
    const plan = env.hub.put(makePlan(digest).bytes);
    expect(codesOf(await env.admit({ plan }))).toEqual(['author-list-not-allowed']);
    env.rewrite({ policy: { wall: 'open' }, dataset: { wall: 'open' } });
    expect(codesOf(await env.admit({ plan }))).toEqual(['admitted']);
  });

  it('bundle-tampered: the exchange gives other bytes than were approved', async () => {
    env = await startEnvironment();
    env.hub.tampered.add(env.bundle.digest);
    expect(codesOf(await env.admit())).toEqual(['bundle-tampered']);
    env.hub.tampered.clear();
    expect(codesOf(await env.admit())).toEqual(['admitted']);
  });

  it('analysis-not-approved: one changed byte is another analysis', async () => {
    env = await startEnvironment();
    const changed = makeBundle({ 'ops/publish.py': '# publish \n' });
    env.hub.put(changed.bytes);
    const plan = env.hub.put(makePlan(changed.digest).bytes);
    expect(codesOf(await env.admit({ plan }))).toEqual(['analysis-not-approved']);
  });

  it('plan-unavailable is worth another try: nothing is decided or recorded', async () => {
    env = await startEnvironment();
    const before = env.ledger.entries('finland').length;
    env.hub.isAway = true;
    expect(await env.admit()).toEqual({ status: 503, body: { code: 'plan-unavailable' } });
    expect(env.ledger.entries('finland')).toHaveLength(before);
    env.hub.isAway = false;
    expect(codesOf(await env.admit())).toEqual(['admitted']);
  });

  it('plan-differs: one plan a run, for ever, in every place here', async () => {
    env = await startEnvironment({ policy: { combines: true } });
    expect(codesOf(await env.admit())).toEqual(['admitted']);
    const other = makePlan(env.bundle.digest, { limits: { batch: 7, pageShards: 500 } });
    const plan = env.hub.put(other.bytes);
    expect(codesOf(await env.admit({ plan }))).toEqual(['plan-differs']);
    expect(codesOf(await env.admit({ plan, dataset: 'anywhere' }))).toEqual(['plan-differs']);
    await env.restart();
    expect(codesOf(await env.admit({ plan }))).toEqual(['plan-differs']);
    expect(codesOf(await env.admit({ dataset: 'anywhere' }))).toEqual(['admitted']);
    expect(codesOf(await env.admit({ plan, run: OTHER_RUN }, { run: OTHER_RUN }))).toEqual([
      'admitted',
    ]);
  });
});

it('anywhere needs combines, and no grant', async () => {
  env = await startEnvironment({ policy: { grants: {} } });
  expect(codesOf(await env.admit({ dataset: 'anywhere' }))).toEqual(['combines-not-allowed']);
  env.rewrite({ policy: { grants: {}, combines: true } });
  expect(codesOf(await env.admit({ dataset: 'anywhere' }))).toEqual(['admitted']);
});

it('the same again is one admission and the same answer', async () => {
  env = await startEnvironment();
  for (let time = 0; time < 3; time += 1) expect(codesOf(await env.admit())).toEqual(['admitted']);
  const kinds = env.ledger.entries('finland').map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === 'admitted')).toHaveLength(1);
});

describe('what was admitted first stands', () => {
  it.each<[string, Parameters<TestEnvironment['admit']>[1]]>([
    ['version-not-current', { data: { ...DATA_READ, digest: '99'.repeat(32) } }],
    ['version-not-current', { data: { ...DATA_READ, cohort: '99'.repeat(32) } }],
    ['question-mismatch', { runtime: '99'.repeat(32) }],
  ])('%s: counted again over other data or by another runtime', async (code, manifest) => {
    env = await startEnvironment();
    expect(codesOf(await env.admit())).toEqual(['admitted']);
    const definitions = admitManifest(env.folder).data?.definitions ?? '';
    const data = manifest?.data ? { data: { ...manifest.data, definitions } } : {};
    expect(codesOf(await env.admit({}, { ...manifest, ...data }))).toEqual([code]);
    expect(codesOf(await env.admit())).toEqual(['admitted']);
  });
});

it('a preview checks and stores nothing', async () => {
  env = await startEnvironment();
  expect(codesOf(await env.admit({ preview: true }))).toEqual(['admitted']);
  expect(env.ledger.entries('finland').map(({ kind }) => kind)).not.toContain('admitted');
});

it('policy-invalid: a policy that cannot be read admits nothing', async () => {
  env = await startEnvironment();
  const manifest = writeManifest(admitManifest(env.folder));
  const request = { run: RUN, dataset: 'finland', plan: env.plan.digest, manifest };
  env.rewrite({ policy: { minPeople: 'a few' } });
  expect(codesOf(await env.post('/admissions', request))).toEqual(['policy-invalid']);
  env.rewrite({});
  expect(codesOf(await env.post('/admissions', request))).toEqual(['admitted']);
});

it('wire-invalid: a request with a field too many', async () => {
  env = await startEnvironment();
  expect(await env.admit({ force: true })).toEqual({ status: 400, body: { code: 'wire-invalid' } });
});

it('wire-invalid: a digest that no task named goes nowhere', async () => {
  env = await startEnvironment();
  const chosen = 'c0ffee'.padEnd(64, '0');
  const manifest = writeManifest(admitManifest(env.folder));
  const request = { run: RUN, dataset: 'finland', plan: chosen, manifest };
  const answer = await env.post('/admissions', request);
  expect(answer).toEqual({ status: 400, body: { code: 'wire-invalid' } });
  expect(env.hub.requests.join()).not.toContain(chosen);
});

it('collinear is advice: the covariate is left out, and the run goes on', async () => {
  env = await startEnvironment();
  const cohort = { ...COHORT_EVIDENCE, parameters: 1, columns: [], collinear: ['SEX'] };
  const { body } = await env.admit({}, { cohort });
  expect(body).toEqual({ isAdmitted: true, codes: [{ code: 'collinear', about: 'SEX' }] });
  expect((await env.admit({}, { cohort })).body).toEqual(body);
  expect((await env.admit({ run: OTHER_RUN }, { run: OTHER_RUN })).body['codes']).toEqual([]);
});
