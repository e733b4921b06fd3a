import { cpSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jwtVerify } from 'jose';
import { expect, test } from 'vitest';
import { initWorld } from '../../../cli/world/init.js';
import { ROOT } from '../../../cli/root.js';
import { sha256 } from '../../../contracts/schemas/canonical.js';
import { loadSigningKey, publicKeyOf } from '../../../contracts/schemas/sign.js';
import { scratch } from '../helpers.js';
import { readJson } from '../../../cli/world/files.js';

const REFERENCE = '#CHROM\tPOS\tID\tREF\tALT\n';

/** A world of one environment without any data. */
function smallWorld(): string {
  const folder = join(scratch(), 'world');
  const environment = join(folder, 'environments', 'finland');
  mkdirSync(environment, { recursive: true });
  for (const file of ['environment.yaml', 'policy.yaml']) {
    cpSync(join(ROOT, 'worlds/demo/environments/finland', file), join(environment, file));
  }
  writeFileSync(join(environment, 'datasets.yaml'), 'datasets: []\n');
  writeFileSync(join(folder, 'variants.tsv'), REFERENCE);
  writeFileSync(
    join(folder, 'hub.yaml'),
    `title: A small world
projects: { drug-discovery: { title: Drug discovery } }
environments:
  - { id: finland, region: eu-fi }
  - { id: elsewhere, region: uk, gateKey: 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo }
reference: { build: GRCh37, file: variants.tsv, sha256: ${sha256(REFERENCE)} }
`,
  );
  return folder;
}

const init = (folder: string) => initWorld(folder, { isYes: true, analyses: join(folder, 'none') });
const read = (folder: string, path: string) => readFileSync(join(folder, path), 'utf8').trim();

test('init pins the key of each gate, its own and those that hub.yaml names', async () => {
  const folder = smallWorld();
  await init(folder);
  const key = read(folder, 'environments/finland/state/gate/key.pem');
  const expected = {
    finland: publicKeyOf(loadSigningKey(key)),
    elsewhere: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
  };
  expect(readJson(join(folder, 'state/pins.json'), {})).toEqual(expected);
  expect(readJson(join(folder, 'environments/finland/state/pins.json'), {})).toEqual(expected);
});

test('init makes nothing twice', async () => {
  const folder = smallWorld();
  const paths = [
    'state/hub/keys/token.key',
    'state/hub/operator.token',
    'environments/finland/state/gate/key.pem',
    'environments/finland/state/gate/hub-token',
    'environments/finland/state/feeder.key',
  ];
  await init(folder);
  const first = paths.map((path) => read(folder, path));
  await init(folder);
  expect(paths.map((path) => read(folder, path))).toEqual(first);
});

test('secrets are for their owner alone', async () => {
  const folder = smallWorld();
  await init(folder);
  for (const path of ['state/hub/keys/token.key', 'environments/finland/state/feeder.key']) {
    expect(statSync(join(folder, path)).mode & 0o077).toBe(0);
  }
});

test("a gate's token has the role gate and its environment as subject", async () => {
  const folder = smallWorld();
  await init(folder);
  const key = Buffer.from(read(folder, 'state/hub/keys/token.key'), 'hex');
  const token = read(folder, 'environments/finland/state/gate/hub-token');
  const { payload } = await jwtVerify(token, key);
  expect(payload).toMatchObject({ sub: 'finland', role: 'gate', projects: [] });
});

test('a reference that is not the one of hub.yaml is refused, naming what it is', async () => {
  const folder = smallWorld();
  writeFileSync(join(folder, 'variants.tsv'), `${REFERENCE}22\t1\trs1\tA\tC\n`);
  await expect(init(folder)).rejects.toThrow(/reference\.sha256: variants\.tsv has [0-9a-f]{64}/);
});

test('a pin in hub.yaml that the gate here does not have is refused', async () => {
  const folder = smallWorld();
  const path = join(folder, 'hub.yaml');
  const pinned =
    '{ id: finland, region: eu-fi, gateKey: 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo }';
  writeFileSync(path, readFileSync(path, 'utf8').replace('{ id: finland, region: eu-fi }', pinned));
  await expect(init(folder)).rejects.toThrow(/pins the gate key/);
});

test('an environment that hub.yaml puts into another region is refused', async () => {
  const folder = smallWorld();
  const path = join(folder, 'hub.yaml');
  writeFileSync(path, readFileSync(path, 'utf8').replace('region: eu-fi', 'region: eu-se'));
  await expect(init(folder)).rejects.toThrow(/eu-fi\.finland.*eu-se\.finland/);
});

test('a folder without hub.yaml is no world', async () => {
  await expect(init(scratch())).rejects.toThrow(/no hub\.yaml/);
});
