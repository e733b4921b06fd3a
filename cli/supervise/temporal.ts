/** Temporal's dev server, with its UI and a database file. */
import { execa } from 'execa';
import { SEARCH_ATTRIBUTES } from '../../contracts/search-attributes.js';
import { ROOT, TEMPORAL_CLI } from '../root.js';
import { baseEnv } from '../settings.js';
import { userName } from '../user.js';
import type { HubLayout } from '../world/layout.js';
import type { ChildSpec } from './child.js';
import type { Ports } from './ports.js';

/** As the server's command line writes the types. */
const TYPES: Record<string, string> = { KEYWORD: 'Keyword', KEYWORD_LIST: 'KeywordList' };

function searchAttributeArgs(): string[] {
  const keys = Object.values(SEARCH_ATTRIBUTES);
  return keys.flatMap(({ name, type }) => ['--search-attribute', `${name}=${TYPES[type] ?? type}`]);
}

/** Temporal forgets what ended after a day by default; a run may lie a month before somebody asks about it. */
const RETENTION = '720h';

export function temporalSpec(layout: HubLayout, ports: Ports): ChildSpec {
  const args = [
    ...['server', 'start-dev', '--ip', '127.0.0.1'],
    ...['--port', String(ports['temporal']), '--ui-port', String(ports['temporalUi'])],
    ...['--db-filename', layout.temporalDatabase],
    ...searchAttributeArgs(),
    // The default pragmas are four to nine times slower; a killed server loses nothing with these.
    ...['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL'],
    ...['--dynamic-config-value', 'matching.numTaskqueueReadPartitions=1'],
    ...['--dynamic-config-value', 'matching.numTaskqueueWritePartitions=1'],
    // By default tasks are loaded 20 times a second: each Activity of a serial chain would cost 2 x 50 ms.
    ...['--dynamic-config-value', 'history.transferProcessorMaxPollRPS=1000'],
    ...['--ui-disable-news-fetch', '--log-level', 'error'],
  ];
  return {
    role: 'temporal',
    command: TEMPORAL_CLI,
    args,
    // Go asks for the user's name, and fails where a container's user has none.
    env: { ...baseEnv(), USER: userName() },
    cwd: ROOT,
    log: `${layout.logs}/temporal.log`,
    graceMilliseconds: 10_000,
  };
}

/** Resolves when the server answers. */
export async function temporalIsServing(ports: Ports): Promise<boolean> {
  const result = await temporal(ports, ['operator', 'cluster', 'health']);
  return result.exitCode === 0 && result.stdout.includes('SERVING');
}

export async function keepEndedRuns(ports: Ports): Promise<void> {
  const args = ['operator', 'namespace', 'update', '-n', 'default', '--retention', RETENTION];
  await temporal(ports, args);
}

function temporal(ports: Ports, args: string[]) {
  const address = ['--address', `127.0.0.1:${ports['temporal']}`];
  return execa(TEMPORAL_CLI, [...args, ...address], {
    reject: false,
    timeout: 10_000,
    extendEnv: false,
    env: baseEnv(),
  });
}
