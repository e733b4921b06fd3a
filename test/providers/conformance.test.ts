import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { FakeProvider } from '../../activities/providers/fake/fake-provider.js';
import { LocalProvider } from '../../activities/providers/local/local-provider.js';
import type { JobState } from '../../activities/providers/provider.js';
import { describeProvider, type Play } from './provider-suite.js';

const SCRIPTS: Record<Play, string> = {
  succeeds: 'true',
  fails: 'exit 3',
  // A child of its own, and deaf to TERM: both have to end with the job.
  runs: 'trap "" TERM; sleep 600 & while :; do wait; done',
  logs: 'echo something to say >&2',
  overruns: 'sleep 600',
};

describeProvider('local', (folder) => {
  const marks = join(folder, 'starts');
  mkdirSync(marks);
  return {
    open: () => new LocalProvider({ folder: join(folder, 'jobs'), slots: 1 }),
    play: (what) => ({
      argv: ['/bin/bash', '-c', `mktemp "$MARKS/XXXXXX" >/dev/null; ${SCRIPTS[what]}`],
      environment: { PATH: '/usr/bin:/bin', MARKS: marks },
    }),
    starts: () => readdirSync(marks).length,
  };
});

const ENDS: Record<Play, JobState | undefined> = {
  succeeds: 'succeeded',
  fails: 'failed',
  runs: undefined,
  logs: 'succeeded',
  overruns: 'timed-out',
};

describeProvider('fake', () => {
  let starts = 0;
  const provider: FakeProvider = new FakeProvider({
    slots: 1,
    onStart: (job) => {
      starts += 1;
      const what = job.argv[0] as Play;
      if (what === 'logs') provider.log(job.name, 'something to say\n');
      return ENDS[what];
    },
  });
  return {
    open: () => provider,
    play: (what) => ({ argv: [what], environment: {} }),
    starts: () => starts,
  };
});
