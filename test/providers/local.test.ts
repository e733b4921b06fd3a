import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LocalProvider } from '../../activities/providers/local/local-provider.js';
import type { ProviderJob } from '../../activities/providers/provider.js';
import { ended, reaches } from './provider-suite-waits.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'local-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20 }));

function open(): LocalProvider {
  return new LocalProvider({ folder: join(folder, 'jobs'), slots: 2 });
}

function job(script: string): ProviderJob {
  const directory = join(folder, 'artifacts');
  mkdirSync(directory, { recursive: true });
  return {
    name: 'cl-one',
    argv: ['/bin/bash', '-c', script],
    environment: { PATH: '/usr/bin:/bin' },
    directory,
    limits: { seconds: 60, memoryBytes: 2 ** 30, cpus: 1 },
  };
}

function pidOf(name: string): number {
  return Number(readFileSync(join(folder, 'jobs', name, 'pid'), 'utf8').split(' ')[0]);
}

function stateOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.slice(0, 1) ?? 'gone';
  } catch {
    return 'gone';
  }
}

describe('a local job', () => {
  it('survives the kill -9 of the process that submitted it, and is attached to', async () => {
    const parent = spawn(
      process.execPath,
      ['--import', 'tsx', join(import.meta.dirname, 'submit-and-wait.ts'), folder],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await new Promise((resolve) => parent.stdout.once('data', resolve));
    parent.kill('SIGKILL');
    const provider = open();
    expect((await provider.status('cl-one')).state).toBe('running');
    writeFileSync(join(folder, 'go'), '');
    expect(await ended(provider, 'cl-one')).toBe('succeeded');
  });

  it('is lost when its wrapper was killed', async () => {
    const provider = open();
    await provider.submit(job('sleep 600'));
    await reaches(provider, 'cl-one', 'running');
    process.kill(-pidOf('cl-one'), 'SIGKILL');
    expect(await ended(provider, 'cl-one')).toBe('lost');
  });

  it('is lost when the pid belongs to another process by now', async () => {
    const provider = open();
    await provider.submit(job('true'));
    await ended(provider, 'cl-one');
    unlinkSync(join(folder, 'jobs', 'cl-one', 'exit'));
    const [, boot] = readFileSync(join(folder, 'jobs', 'cl-one', 'pid'), 'utf8').split(' ');
    writeFileSync(join(folder, 'jobs', 'cl-one', 'pid'), `${process.pid} ${boot ?? ''} 1\n`);
    expect((await provider.status('cl-one')).state).toBe('lost');
  });

  it('leaves nothing running when it is cancelled, not even what is deaf to TERM', async () => {
    const provider = open();
    const pidFile = join(folder, 'deaf');
    await provider.submit(
      job(
        `( trap "" TERM; echo $BASHPID >${pidFile}.tmp; mv ${pidFile}.tmp ${pidFile}; sleep 600 ) & wait`,
      ),
    );
    const pid = await vi.waitFor(() => Number(readFileSync(pidFile, 'utf8')), { timeout: 10_000 });
    await provider.cancel('cl-one');
    expect(await ended(provider, 'cl-one')).toBe('cancelled');
    await vi.waitFor(() => expect(stateOf(pid)).toMatch(/^(gone|Z)$/));
  });

  it('is a failure of the platform when a signal ended it', async () => {
    const provider = open();
    await provider.submit(job('kill -KILL $$'));
    expect(await ended(provider, 'cl-one')).toBe('failed-infra');
  });

  it('runs once when a second wrapper is started for it', async () => {
    const provider = open();
    const count = join(folder, 'count');
    await provider.submit(job(`echo ran >>${count}; sleep 1`));
    await reaches(provider, 'cl-one', 'running');
    // As after a crash between starting the wrapper and its first sign of life.
    unlinkSync(join(folder, 'jobs', 'cl-one', 'pid'));
    open();
    expect(await ended(provider, 'cl-one')).toBe('succeeded');
    expect(readFileSync(count, 'utf8')).toBe('ran\n');
  });

  it('refuses a name that is no launch name', async () => {
    await expect(async () => open().find('../../etc')).rejects.toThrow('not a launch name');
  });
});
