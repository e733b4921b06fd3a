import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { approvedDigests } from '../../gate/approvals/index.js';
import { gateLayout, parseConfig } from '../../gate/config.js';
import { readCustody } from '../../gate/custody.js';
import { createLedger } from '../../gate/ledger/ledger.js';
import { openDatabase } from '../../gate/state/database.js';
import { writeEnvironment, writeSecrets } from './support/environment.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cloister-gate-'));
  writeEnvironment(folder, {});
  writeSecrets(folder);
});
afterEach(() => rmSync(folder, { recursive: true }));

const VARIABLES = {
  TEMPORAL_ADDRESS: '127.0.0.1:7233',
  CLOISTER_HUB_URL: 'http://127.0.0.1:7080/',
  CLOISTER_GATE_PROXY_PORT: '7100',
  CLOISTER_GATE_API_PORT: '7101',
};

it('names every variable that is missing or wrong', () => {
  const args = ['--environment', folder];
  expect(parseConfig(args, VARIABLES)).toMatchObject({ namespace: 'default', proxyPort: 7100 });
  const wrong = { ...VARIABLES, CLOISTER_GATE_API_PORT: 'x', TEMPORAL_ADDRESS: 'nowhere' };
  expect(() => parseConfig(args, wrong)).toThrow(/TEMPORAL_ADDRESS[^]*CLOISTER_GATE_API_PORT/);
  expect(() => parseConfig([], VARIABLES)).toThrow('--environment');
});

it('does not start on a walled dataset under an open policy', () => {
  const read = () => readCustody(gateLayout(folder));
  expect(read().config.id).toBe('north');
  writeEnvironment(folder, { policy: { wall: 'open' } });
  expect(read).toThrow('finland is marked walled');
});

it('believes no other word for a sandbox than the three: it goes into the offer', () => {
  const { sandbox } = gateLayout(folder);
  const kindOf = () => readCustody(gateLayout(folder)).sandbox;
  expect(kindOf()).toBe('unshare');
  writeFileSync(sandbox, JSON.stringify({ kind: 'person-17 has a value of 3' }));
  expect(kindOf()).toBeNull();
});

it('keeps its state to its own account', () => {
  const { state } = gateLayout(folder);
  const db = openDatabase(join(state, 'gate.db'));
  db.exec('CREATE TABLE a (b TEXT)');
  const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);
  expect(modeOf(state)).toBe('700');
  const files = readdirSync(state).filter((name) => name.startsWith('gate.db'));
  expect(files.map((name) => [name, modeOf(join(state, name))])).toEqual(
    files.map((name) => [name, '600']),
  );
  db.close();
});

it('does not start without a policy, and says which file', () => {
  rmSync(join(folder, 'policy.yaml'));
  expect(() => readCustody(gateLayout(folder))).toThrow('policy.yaml');
  writeFileSync(join(folder, 'policy.yaml'), 'wall: walled\nwall: open\ngrants: {}\n');
  expect(() => readCustody(gateLayout(folder))).toThrow('policy.yaml:2');
});

it('the custodian approves and revokes with one command, one entry each', () => {
  const digest = 'a'.repeat(64);
  const run = (...args: string[]) =>
    execFileSync(
      process.execPath,
      ['--import', 'tsx', 'gate/commands/approve.ts', '--environment', folder, ...args],
      { encoding: 'utf8', stdio: 'pipe' },
    );
  const named = ['--digest', digest, '--name', 'association@1.0.0', '--by', 'custodian'];
  const ledger = createLedger(openDatabase(join(gateLayout(folder).state, 'gate.db')));
  expect(run(...named)).toContain('is approved');
  expect(run(...named)).toContain('already');
  expect(approvedDigests(ledger)).toEqual([digest]);
  expect(run(...named, '--revoke')).toContain('is revoked');
  expect(approvedDigests(ledger)).toEqual([]);
  expect(ledger.entries('environment')).toHaveLength(2);
  expect(() => run('--digest', 'x')).toThrow('--name');
});
