/** Run as a process of its own: submits a job that waits for a file, says so, and stays until it is killed. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { LocalProvider } from '../../activities/providers/local/local-provider.js';
import { reaches } from './provider-suite-waits.js';

const [, , folder = ''] = process.argv;
const directory = join(folder, 'artifacts');
mkdirSync(directory, { recursive: true });
const provider = new LocalProvider({ folder: join(folder, 'jobs'), slots: 1 });
await provider.submit({
  name: 'cl-one',
  argv: ['/bin/bash', '-c', `until [ -e ${folder}/go ]; do sleep 0.05; done`],
  environment: { PATH: '/usr/bin:/bin' },
  directory,
  limits: { seconds: 60, memoryBytes: 2 ** 30, cpus: 1 },
});
await reaches(provider, 'cl-one', 'running');
console.log('running');
setInterval(() => undefined, 1000);
