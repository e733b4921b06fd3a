import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { identify, isAlive, type ProcessIdentity } from '../../../cli/supervise/proc.js';
import { readRecord } from '../../../cli/supervise/record.js';
import { Supervisor } from '../../../cli/supervise/supervisor.js';
import { nodeChild, scratch, until } from '../helpers.js';

const SLEEP = 'setInterval(() => {}, 1000)';

async function createSupervisor(folder: string, crashes: string[] = []): Promise<Supervisor> {
  const onCrash = (role: string, how: string) => crashes.push(`${role}: ${how}`);
  const record = join(folder, 'supervisor.json');
  return Supervisor.create({ record, jobFolders: [join(folder, 'jobs')], events: { onCrash } });
}

function groupIsThere(leader: number): boolean {
  try {
    process.kill(-leader, 0);
    return true;
  } catch {
    return false;
  }
}

function identityOf(pid: number | undefined): ProcessIdentity {
  const identity = identify(pid ?? 0);
  if (identity === undefined) throw new Error('no such process');
  return identity;
}

test('a child that was killed is started again', async () => {
  const folder = scratch();
  const crashes: string[] = [];
  const supervisor = await createSupervisor(folder, crashes);
  try {
    const child = supervisor.start(nodeChild(folder, SLEEP));
    const first = identityOf(child.identity?.pid);
    process.kill(first.pid, 'SIGKILL');
    await until(() => child.identity !== undefined && child.identity.pid !== first.pid);
    expect(crashes).toEqual(['sleeper: SIGKILL']);
  } finally {
    await supervisor.stop();
  }
});

test('a child that ignores SIGTERM is gone after stop, and so is the record', async () => {
  const folder = scratch();
  const supervisor = await createSupervisor(folder);
  const ready = join(folder, 'ready');
  const code = `process.on('SIGTERM', () => {}); require('fs').writeFileSync(${JSON.stringify(ready)}, ''); ${SLEEP}`;
  const child = supervisor.start(nodeChild(folder, code, { graceMilliseconds: 200 }));
  await until(() => existsSync(ready));
  const identity = identityOf(child.identity?.pid);
  await supervisor.stop();
  expect(isAlive(identity)).toBe(false);
  expect(readRecord(join(folder, 'supervisor.json'))).toBeUndefined();
});

test('stop ends in reverse order of the start', async () => {
  const folder = scratch();
  const supervisor = await createSupervisor(folder);
  const note = join(folder, 'order');
  for (const role of ['one', 'two', 'three']) {
    const code = `const fs = require('fs'); process.on('SIGTERM', () => { fs.appendFileSync(${JSON.stringify(note)}, '${role} '); process.exit(); }); fs.writeFileSync(${JSON.stringify(join(folder, role))}, ''); ${SLEEP}`;
    supervisor.start(nodeChild(folder, code, { role }));
  }
  await until(() => ['one', 'two', 'three'].every((role) => existsSync(join(folder, role))));
  await supervisor.stop();
  expect(readFileSync(note, 'utf8')).toBe('three two one ');
});

test('a job that left its session and lost its parent is ended all the same', async () => {
  const folder = scratch();
  const supervisor = await createSupervisor(folder);
  const note = join(folder, 'job');
  const job = `const { spawn } = require('child_process'); const job = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' }); job.unref(); require('fs').writeFileSync(${JSON.stringify(note)}, String(job.pid)); ${SLEEP}`;
  const child = supervisor.start(nodeChild(folder, job));
  await until(() => existsSync(note) && readFileSync(note, 'utf8') !== '');
  const orphan = identityOf(Number(readFileSync(note, 'utf8')));
  process.kill(child.identity?.pid ?? 0, 'SIGKILL');
  await supervisor.stop();
  expect(isAlive(orphan)).toBe(false);
});

test('a job whose environment was taken from it is found by its folder, with what it started', async () => {
  const folder = scratch();
  const supervisor = await createSupervisor(folder);
  const argv = ['-c', 'sleep 1000 & wait', 'job', join(folder, 'jobs', 'cl-one')];
  const job = spawn('sh', argv, { detached: true, stdio: 'ignore', env: {} });
  const identity = identityOf(job.pid);
  await supervisor.stop();
  expect(isAlive(identity)).toBe(false);
  await until(() => !groupIsThere(identity.pid));
});

test('what a killed supervisor left behind is ended by the next one', async () => {
  const folder = scratch();
  const leftover = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' });
  leftover.unref();
  const identity = identityOf(leftover.pid);
  const record = {
    mark: 'gone',
    supervisor: { pid: 1, startedAt: 'never' },
    children: { x: identity },
    jobFolders: [],
  };
  writeFileSync(join(folder, 'supervisor.json'), JSON.stringify(record));
  const supervisor = await createSupervisor(folder);
  expect(isAlive(identity)).toBe(false);
  await supervisor.stop();
});

test('a process that only has the pid of an old one is let alone', async () => {
  const folder = scratch();
  const bystander = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' });
  const identity = identityOf(bystander.pid);
  const old = { ...identity, startedAt: 'another time' };
  const record = {
    mark: 'gone',
    supervisor: { pid: 1, startedAt: 'never' },
    children: { x: old },
    jobFolders: [],
  };
  writeFileSync(join(folder, 'supervisor.json'), JSON.stringify(record));
  const supervisor = await createSupervisor(folder);
  expect(isAlive(identity)).toBe(true);
  await supervisor.stop();
  bystander.kill('SIGKILL');
});

test('a second supervisor at the same place is refused while the first is at work', async () => {
  const folder = scratch();
  const supervisor = await createSupervisor(folder);
  await expect(createSupervisor(folder)).rejects.toThrow(/running already/);
  await supervisor.stop();
  const next = await createSupervisor(folder);
  await next.stop();
});
