/** What every provider has to do, as one suite over a factory. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Provider, ProviderJob } from '../../activities/providers/provider.js';
import { ended, reaches } from './provider-suite-waits.js';

/** What a job of the suite does: the factory says how on its provider. */
export type Play = 'succeeds' | 'fails' | 'runs' | 'logs' | 'overruns';

export interface Bench {
  /** A provider with one slot over the same records, as a restarted worker would make it. */
  open(): Provider;
  /** The part of a job that makes it play so. */
  play(what: Play): Pick<ProviderJob, 'argv' | 'environment'>;
  /** How often jobs were really started. */
  starts(): number;
}

export function describeProvider(name: string, createBench: (folder: string) => Bench): void {
  describe(`${name} provider`, () => {
    let folder: string;
    let bench: Bench;
    let provider: Provider;
    let jobs: string[];

    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'provider-'));
      bench = createBench(folder);
      provider = bench.open();
      jobs = [];
    });

    afterEach(async () => {
      for (const job of jobs) await provider.cancel(job);
      await Promise.all(jobs.map((job) => ended(provider, job)));
      rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
    });

    function job(what: Play, jobName = 'cl-one', seconds = 60): ProviderJob {
      const directory = join(folder, 'artifacts', jobName);
      mkdirSync(directory, { recursive: true });
      jobs.push(jobName);
      const limits = { seconds, memoryBytes: 2 ** 30, cpus: 1 };
      return { name: jobName, directory, limits, ...bench.play(what) };
    }

    it('does not find a job that was never submitted, and calls it lost', async () => {
      expect(await provider.find('cl-none')).toBeUndefined();
      expect((await provider.status('cl-none')).state).toBe('lost');
      await provider.cancel('cl-none');
    });

    it('finds a submitted job, and after its end as well', async () => {
      await provider.submit(job('succeeds'));
      expect(await ended(provider, 'cl-one')).toBe('succeeded');
      expect(await provider.find('cl-one')).toMatchObject({ name: 'cl-one' });
      expect(await provider.collect('cl-one')).toMatchObject({ state: 'succeeded', exitCode: 0 });
    });

    it('tells a job that failed from one that claims success', async () => {
      await provider.submit(job('fails'));
      expect(await ended(provider, 'cl-one')).toBe('failed');
    });

    it('attaches to a known name instead of starting it twice', async () => {
      await provider.submit(job('succeeds'));
      await ended(provider, 'cl-one');
      await provider.submit(job('runs'));
      expect((await provider.status('cl-one')).state).toBe('succeeded');
      expect(bench.starts()).toBe(1);
    });

    it('starts one job for two submitters at once', async () => {
      const other = bench.open();
      await Promise.all([provider.submit(job('succeeds')), other.submit(job('succeeds'))]);
      expect(await ended(provider, 'cl-one')).toBe('succeeded');
      expect(bench.starts()).toBe(1);
    });

    it('queues what has no slot, first come first served', async () => {
      await provider.submit(job('runs', 'cl-one'));
      await provider.submit(job('succeeds', 'cl-two'));
      await provider.submit(job('succeeds', 'cl-three'));
      await reaches(provider, 'cl-one', 'running');
      expect((await provider.status('cl-two')).state).toBe('queued');
      await provider.cancel('cl-one');
      expect(await ended(provider, 'cl-two')).toBe('succeeded');
      expect(await ended(provider, 'cl-three')).toBe('succeeded');
    });

    it('never starts a job that was cancelled while it waited', async () => {
      await provider.submit(job('runs', 'cl-one'));
      await reaches(provider, 'cl-one', 'running');
      await vi.waitFor(() => expect(bench.starts()).toBe(1));
      await provider.submit(job('runs', 'cl-two'));
      await provider.cancel('cl-two');
      expect((await provider.status('cl-two')).state).toBe('cancelled');
      await provider.cancel('cl-one');
      expect(await ended(provider, 'cl-one')).toBe('cancelled');
      await sleep(300);
      expect((await provider.status('cl-two')).state).toBe('cancelled');
      expect(bench.starts()).toBe(1);
    });

    it('cancels a running job, and once more without harm', async () => {
      await provider.submit(job('runs'));
      await reaches(provider, 'cl-one', 'running');
      await provider.cancel('cl-one');
      await provider.cancel('cl-one');
      expect(await ended(provider, 'cl-one')).toBe('cancelled');
    });

    it('leaves an ended job as it is when it is cancelled', async () => {
      await provider.submit(job('succeeds'));
      await ended(provider, 'cl-one');
      await provider.cancel('cl-one');
      expect((await provider.status('cl-one')).state).toBe('succeeded');
    });

    it('ends a job at its limit', async () => {
      await provider.submit(job('overruns', 'cl-one', 1));
      expect(await ended(provider, 'cl-one')).toBe('timed-out');
    });

    it('reads the log on from where it was left', async () => {
      await provider.submit(job('logs'));
      await ended(provider, 'cl-one');
      const first = await provider.logs('cl-one', 0);
      expect(first.text).toContain('something to say');
      expect(await provider.logs('cl-one', first.nextOffset)).toEqual({
        text: '',
        nextOffset: first.nextOffset,
      });
    });

    it('attaches to what runs and what waits when it is opened again', async () => {
      await provider.submit(job('runs', 'cl-one'));
      await reaches(provider, 'cl-one', 'running');
      await vi.waitFor(() => expect(bench.starts()).toBe(1));
      await provider.submit(job('succeeds', 'cl-two'));
      const again = bench.open();
      expect((await again.status('cl-one')).state).toBe('running');
      expect((await again.status('cl-two')).state).toBe('queued');
      await again.cancel('cl-one');
      expect(await ended(again, 'cl-one')).toBe('cancelled');
      expect(await ended(again, 'cl-two')).toBe('succeeded');
      expect(bench.starts()).toBe(2);
    });
  });
}
