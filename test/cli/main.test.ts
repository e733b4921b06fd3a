/** The command from the outside, against a hub that answers as scripted. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../../cli/root.js';

let server: Server;
let url: string;
const problem = {
  code: 'unknown-phenotype',
  detail: 'None of the datasets offers this phenotype.',
  errors: [
    {
      code: 'unknown-phenotype',
      pointer: '/parameters/phenotype',
      detail: 'no ARSB',
      nearest: ['ARSA'],
    },
  ],
};

beforeAll(async () => {
  server = createServer((request, response) => {
    const { method = '', url: path = '', headers } = request;
    if (headers.authorization !== 'Bearer t.t.t') response.writeHead(401).end('{}');
    else if (path.startsWith('/v1/analyses/')) response.end('{"parameterSchema":{}}');
    else if (method === 'POST') {
      response.writeHead(400, { 'Content-Type': 'application/problem+json' });
      response.end(JSON.stringify(problem));
    } else response.end(JSON.stringify({ runs: [], next: null }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => void server.close());

function cloister(args: string[], env: Record<string, string> = {}) {
  const command = ['--import', 'tsx', join(ROOT, 'cli/main.ts'), ...args];
  const own = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...env };
  return execa(process.execPath, command, { reject: false, all: true, extendEnv: false, env: own });
}
const asScientist = () => ({ CLOISTER_API_URL: url, CLOISTER_TOKEN: 't.t.t' });
const REQUEST = [
  '--project',
  'drug-discovery',
  '--dataset',
  'finland',
  '--param',
  'phenotype=ARSB',
];

test('help names every command and every exit code', async () => {
  const { all, exitCode } = await cloister(['--help']);
  for (const name of [
    ...['demo', 'world', 'up', 'environment', 'run', 'watch', 'runs', 'show', 'place', 'cancel'],
    ...['retry', 'waive', 'approve', 'token'],
  ]) {
    expect(all).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
  }
  expect(all).toMatch(/4 {2}the hub cannot be reached/);
  expect(exitCode).toBe(0);
});

test('a refused request names every fault with the nearest names, and exits with 5', async () => {
  const { all, exitCode } = await cloister(['run', 'association', ...REQUEST], asScientist());
  expect(all).toContain('unknown-phenotype');
  expect(all).toContain('/parameters/phenotype: no ARSB. Nearest: ARSA');
  expect(exitCode).toBe(5);
});

test('--json is JSON on standard output', async () => {
  const { stdout, exitCode } = await cloister(['runs', '--json'], asScientist());
  expect(JSON.parse(stdout)).toEqual({ runs: [], next: null });
  expect(exitCode).toBe(0);
});

test('a hub that does not answer is exit code 4', async () => {
  const nowhere = { CLOISTER_API_URL: 'http://127.0.0.1:9', CLOISTER_TOKEN: 't.t.t' };
  expect((await cloister(['runs'], nowhere)).exitCode).toBe(4);
});

test('without a hub or a token the command says how to name them, and exits with 2', async () => {
  const none = await cloister(['runs']);
  expect(none.all).toContain('CLOISTER_API_URL');
  expect(none.exitCode).toBe(2);
  const noToken = await cloister(['runs'], { CLOISTER_API_URL: url });
  expect(noToken.all).toContain('cloister token');
  expect(noToken.exitCode).toBe(2);
});

test('an unknown option is exit code 2', async () => {
  expect((await cloister(['runs', '--everything'], asScientist())).exitCode).toBe(2);
});
