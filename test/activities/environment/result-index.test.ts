import { beforeEach, describe, expect, it } from 'vitest';
import { ResultIndex, type StepPlace } from '../../../activities/environment/result-index.js';

const ONE: StepPlace = { run: 'one', step: 'scan', dataset: 'finland' };
const TWO: StepPlace = { ...ONE, run: 'two' };

let index: ResultIndex;
beforeEach(() => {
  index = new ResultIndex(':memory:');
});

function keys(...shards: number[]): { shard: number; key: string }[] {
  return shards.map((shard) => ({ shard, key: `key-${shard}` }));
}

function commit(place: StepPlace, job: string, ...shards: number[]): void {
  index.commit(
    place,
    job,
    keys(...shards).map((entry) => ({ ...entry, counts: { items: 2 } })),
  );
}

describe('the index of results', () => {
  it('binds nothing before anything was committed', () => {
    expect(index.bindCommitted(ONE, keys(0, 1)).size).toBe(0);
  });

  it('keeps what a run made as made, also when it is asked and committed again', () => {
    commit(ONE, 'job-a', 0, 1);
    commit(ONE, 'job-a', 0, 1);
    const bound = index.bindCommitted(ONE, keys(0, 1));
    expect([...bound.values()].map(({ job, isReused }) => [job, isReused])).toEqual([
      ['job-a', false],
      ['job-a', false],
    ]);
  });

  it('binds another run to what was committed, as reused', () => {
    commit(ONE, 'job-a', 0);
    expect(index.bindCommitted(TWO, keys(0, 1)).get(0)).toMatchObject({
      job: 'job-a',
      isReused: true,
      counts: { items: 2 },
    });
    expect(index.bindingsOf(TWO).map(({ shard }) => shard)).toEqual([0]);
  });

  it('lets the first of two commits of one key win, and the second bind to it', () => {
    commit(ONE, 'job-a', 0);
    commit(TWO, 'job-b', 0, 1);
    expect(index.bindingsOf(ONE)).toMatchObject([{ job: 'job-a', isReused: false }]);
    expect(index.bindingsOf(TWO)).toMatchObject([
      { shard: 0, job: 'job-a', isReused: true },
      { shard: 1, job: 'job-b', isReused: false },
    ]);
  });

  it('keeps results of two steps apart, even if they answer one question', () => {
    commit(ONE, 'job-a', 0);
    expect(index.bindCommitted({ ...ONE, step: 'other' }, keys(0)).size).toBe(0);
  });

  it('binds a shard anew when its question changed', () => {
    commit(ONE, 'job-a', 0);
    index.commit(ONE, 'job-b', [{ shard: 0, key: 'another', counts: {} }]);
    expect(index.boundAs(ONE, keys(0)).size).toBe(0);
    expect(index.bindingsOf(ONE)).toMatchObject([{ key: 'another', job: 'job-b' }]);
  });

  it('forgets results whose files are gone', () => {
    commit(ONE, 'job-a', 0);
    expect(index.bindCommitted(TWO, keys(0), () => false).size).toBe(0);
    commit(TWO, 'job-b', 0);
    expect(index.bindingsOf(TWO)).toMatchObject([{ job: 'job-b', isReused: false }]);
  });

  it('remembers jobs, and cancels that came before them', () => {
    const job = { ...ONE, name: 'job-a', try: 0, shards: '0-1', provider: 'local' };
    index.putJob(job);
    index.putJob(job);
    index.markCancelled('job-b');
    expect(index.jobsOf('one')).toEqual([job]);
    expect([index.isCancelled('job-a'), index.isCancelled('job-b')]).toEqual([false, true]);
  });
});
