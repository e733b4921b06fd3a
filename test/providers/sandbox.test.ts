import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SandboxKind } from '../../contracts/policy.js';
import { projectFile } from '../../activities/providers/project-file.js';
import {
  chooseSandbox,
  SandboxError,
  type ChooseSandboxOptions,
} from '../../activities/providers/sandbox/choose-sandbox.js';
import { describeInterpreter } from '../../activities/providers/sandbox/interpreter.js';
import { reachesFloor, Sandbox } from '../../activities/providers/sandbox/sandbox.js';

const run = promisify(execFile);
const LIMITS = { seconds: 20, memoryBytes: 256 * 2 ** 20 };
const venv = projectFile('.venv/bin/python');
const python = existsSync(venv) ? venv : '/usr/bin/python3';
const runtime = projectFile('runtime');
const path = process.env['PATH'] ?? '';

let folder: string;
let secret: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
  secret = join(folder, 'genotypes.bed');
  writeFileSync(secret, 'persons', { mode: 0o644 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20 }));

function options(changes: Partial<ChooseSandboxOptions> = {}): ChooseSandboxOptions {
  return { python, runtime, floor: 'none', path, secrets: [secret], modules: [], ...changes };
}

const bubblewrap =
  path
    .split(':')
    .map((part) => join(part, 'bwrap'))
    .find(existsSync) ?? null;
const kinds: SandboxKind[] = bubblewrap === null ? ['unshare'] : ['bubblewrap', 'unshare'];

describe.each(kinds)('the %s sandbox', (kind) => {
  let sandbox: Sandbox;

  beforeAll(async () => {
    const interpreter = await describeInterpreter(python, runtime);
    sandbox = new Sandbox({ kind, hasFilter: true, bubblewrap }, { interpreter, runtime });
  });

  function inside(code: string, ...args: string[]): ReturnType<typeof spawnSync> {
    const [command = '', ...rest] = sandbox.argv('cl-test', {
      limits: LIMITS,
      arguments: ['-c', code, ...args],
    });
    return spawnSync(command, rest, { encoding: 'utf8', timeout: 60_000, input: 'over stdin' });
  }

  it('lets an attacking op find no way out', () => {
    const attack = readFileSync(join(import.meta.dirname, 'attack.py'), 'utf8');
    const targets = { files: [secret, projectFile('package.json')], worker: process.pid };
    const { stdout, stderr } = inside(attack, JSON.stringify(targets));
    expect({ holes: JSON.parse(String(stdout)), stderr }).toEqual({ holes: [], stderr: '' });
  });

  it('finds holes where there is no sandbox, so that its silence means something', () => {
    const attack = readFileSync(join(import.meta.dirname, 'attack.py'), 'utf8');
    const targets = { files: [secret], worker: process.pid };
    const holes = JSON.parse(
      execFileSync(python, ['-c', attack, JSON.stringify(targets)], { encoding: 'utf8' }),
    ) as string[];
    expect(holes).toContain(`reads ${secret}`);
    expect(holes).toContain('socket AF_INET');
    expect(holes).toContain('signals the worker');
  });

  it('passes standard input, output and error through, and the exit code', () => {
    const { stdout, stderr, status } = inside(
      'import sys; print(sys.stdin.read()); print("aside", file=sys.stderr); sys.exit(7)',
    );
    expect({ stdout, stderr, status }).toEqual({
      stdout: 'over stdin\n',
      stderr: 'aside\n',
      status: 7,
    });
  });

  it('bounds a fork bomb', () => {
    const { stdout } = inside(`
import os, time
made = 0
try:
    while made < 1000:
        if os.fork() == 0:
            time.sleep(30); os._exit(0)
        made += 1
except OSError:
    pass
print(made)
os.kill(0, 9) if made > 900 else os._exit(0)
`);
    expect(Number(stdout) || 0).toBeLessThan(100);
  });

  it('bounds memory', () => {
    const { status } = inside('x = bytearray(4 << 30); print(len(x))');
    expect(status).not.toBe(0);
  });

  it('opens its folders to the op, however careful the umask of the feeder is', () => {
    const [command = '', ...rest] = sandbox.argv('cl-test', {
      limits: LIMITS,
      arguments: ['-c', 'print("in")'],
    });
    const mask = process.umask(0o077);
    const { stdout } = spawnSync(command, rest, { encoding: 'utf8' });
    process.umask(mask);
    expect(stdout).toBe('in\n');
  });

  it('has a private /tmp of bounded size, empty each time', () => {
    const write = 'open("/tmp/left", "w").write("x"); import os; print(sorted(os.listdir("/tmp")))';
    const first = inside(write).stdout;
    expect(first).toContain('left');
    expect(inside('import os; print(os.path.exists("/tmp/left"))').stdout).toBe('False\n');
  });

  it('ends with the process that started it', async () => {
    const [command = '', ...rest] = sandbox.argv('cl-test', {
      limits: LIMITS,
      arguments: ['-c', 'import sys, time; print("up", flush=True); time.sleep(300)'],
    });
    const launcher = execFile(command, rest);
    await new Promise((resolve) => launcher.stdout?.once('data', resolve));
    const group = await descendants(launcher.pid ?? 0);
    expect(group.length).toBeGreaterThan(0);
    launcher.kill('SIGKILL');
    for (const pid of group) await gone(pid);
  });
});

describe('choosing a sandbox', () => {
  it('takes the strongest that holds here, and says which', async () => {
    const { sandbox, report } = await chooseSandbox(options());
    expect(sandbox.kind).toBe(kinds[0]);
    expect(report).toMatchObject({ kind: kinds[0], detail: expect.stringContaining('seccomp') });
    expect(report.uid).not.toBe(0);
  });

  it('refuses what is below the floor, saying how to mend it', async () => {
    const choice = chooseSandbox(options({ floor: 'bubblewrap', path: '/nowhere' }));
    await expect(choice).rejects.toThrow(SandboxError);
    await expect(choice).rejects.toThrow('Install bubblewrap');
  });

  it('names the interpreter when the op cannot use it', async () => {
    const choice = chooseSandbox(options({ modules: ['no_such_module'] }));
    await expect(choice).rejects.toThrow(/cannot reach the Python installation.*no_such_module/s);
  });

  it('orders the kinds by strength', () => {
    expect(reachesFloor('bubblewrap', 'unshare')).toBe(true);
    expect(reachesFloor('none', 'unshare')).toBe(false);
  });
});

async function descendants(pid: number): Promise<number[]> {
  const { stdout } = await run('ps', ['-eo', 'pid=,ppid=']);
  const rows = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const children = rows.filter(([, parent]) => parent === pid).map(([child]) => child ?? 0);
  const below = await Promise.all(children.map(descendants));
  return [...children, ...below.flat()];
}

async function gone(pid: number): Promise<void> {
  while (existsSync(`/proc/${pid}`)) await new Promise((resolve) => setTimeout(resolve, 20));
}
