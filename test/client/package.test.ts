/** The packed client in an empty project, as somebody else would use it. */
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import { startApi, tokenFor, type Api } from '../api/harness.js';
import { blocksOf } from '../docs/page.js';
import { REQUEST } from '../hub/factories.js';
import { scratchFolder } from '../hub/scratch.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const scratch = scratchFolder();
const project = join(scratch, 'project');
let api: Api;

/** Its one dependency, from this project: the test needs no network. */
function packDependency(name: string): string {
  const copy = join(scratch, 'dependencies', name);
  mkdirSync(copy, { recursive: true });
  cpSync(join(root, 'node_modules', name), copy, { recursive: true });
  return `file:${copy}`;
}

beforeAll(async () => {
  api = await startApi();
  const client = join(scratch, 'client');
  mkdirSync(client);
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const build = ['-p', join(root, 'tsconfig.client.json'), '--outDir', join(client, 'dist')];
  await execa(process.execPath, [tsc, ...build], { cwd: root });
  for (const file of ['package.json', 'README.md'])
    cpSync(join(root, 'client', file), join(client, file));
  await execa('npm', ['pack', '--pack-destination', scratch], { cwd: client });
  mkdirSync(project);
  const dependencies = {
    '@cloister/client': `file:${join(scratch, 'cloister-client-0.1.0.tgz')}`,
    'eventsource-parser': packDependency('eventsource-parser'),
  };
  const manifest = { name: 'empty', private: true, type: 'module', dependencies };
  writeFileSync(join(project, 'package.json'), JSON.stringify(manifest));
  await execa('npm', ['install', '--offline', '--no-audit', '--no-fund'], { cwd: project });
}, 180_000);

/** What the compiler says of files of the project, as strict as it can be. */
async function faultsOf(...files: string[]): Promise<string> {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const options = ['--noEmit', '--strict', '--skipLibCheck', '--types', 'node'];
  const target = ['--module', 'nodenext', '--target', 'es2023'];
  const command = [tsc, ...options, ...target, ...files];
  const { stdout } = await execa(process.execPath, command, { cwd: project, reject: false });
  return stdout;
}

describe('the packed client', () => {
  it('installs without the rest of the project', () => {
    const lock = readFileSync(join(project, 'package-lock.json'), 'utf8');
    expect(lock).not.toContain('zod');
  });

  it('starts a run over REST', async () => {
    writeFileSync(
      join(project, 'rest.js'),
      `import { RestClient } from '@cloister/client';
       const [url, token, request] = process.argv.slice(2);
       const client = new RestClient({ url, token });
       const run = await client.submitRun(JSON.parse(request), { idempotencyKey: 'packed' });
       console.log(run.state);`,
    );
    const args = ['rest.js', api.url, await tokenFor(), JSON.stringify(REQUEST)];
    const { stdout } = await execa(process.execPath, args, { cwd: project });
    expect(stdout).toBe('accepted');
  });

  it('has types that hold, also of the runs on Temporal', async () => {
    for (const name of ['@temporalio', '@types', 'protobufjs', 'long'])
      symlinkSync(join(root, 'node_modules', name), join(project, 'node_modules', name));
    writeFileSync(
      join(project, 'service.ts'),
      `import { RestClient, type RunView } from '@cloister/client';
       import { TemporalRuns } from '@cloister/client/temporal';
       import type { Client } from '@temporalio/client';
       export async function nightly(client: Client, rest: RestClient): Promise<RunView> {
         const request = { project: 'p', analysis: 'a', datasets: ['d'], parameters: {} };
         const run = await new TemporalRuns(client).start(request, { idempotencyKey: 'k', requester: 'nightly' });
         return rest.awaitRun(run);
       }
       // @ts-expect-error -- a request needs its datasets
       void new RestClient({ url: '', token: '' }).previewPlacement({ project: 'p', analysis: 'a', parameters: {} });`,
    );
    expect(await faultsOf('service.ts')).toBe('');
  });

  it("has the types that its README's examples use", async () => {
    const examples = blocksOf('client/README.md').filter(({ language }) => language === 'ts');
    const files = examples.map(({ text }, index) => {
      writeFileSync(join(project, `readme-${index}.ts`), text);
      return `readme-${index}.ts`;
    });
    expect(files).toHaveLength(2);
    expect(await faultsOf(...files)).toBe('');
  });

  it('loads the runs on Temporal without the Workflow library', async () => {
    writeFileSync(
      join(project, 'temporal.js'),
      `import { TemporalRuns } from '@cloister/client/temporal'; console.log(typeof TemporalRuns);`,
    );
    const { stdout } = await execa(process.execPath, ['temporal.js'], { cwd: project });
    expect(stdout).toBe('function');
  });
});
