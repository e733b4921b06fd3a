import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { choosePorts, readPorts } from '../../../cli/supervise/ports.js';
import { scratch } from '../helpers.js';

async function occupy(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

test('ports are chosen once and kept', async () => {
  const path = join(scratch(), 'ports.json');
  const first = await choosePorts(path, { api: 21_080 });
  const second = await choosePorts(path, { api: 22_080 });
  expect(second.ports).toEqual(first.ports);
  expect(readPorts(path)).toEqual(first.ports);
});

test('a taken port moves to the next free one, and the move is told', async () => {
  const path = join(scratch(), 'ports.json');
  const taken = await occupy();
  const { ports, moves } = await choosePorts(path, { api: taken });
  expect(ports['api']).toBeGreaterThan(taken);
  expect(moves).toEqual([{ name: 'api', wanted: taken, got: ports['api'] }]);
});

test('no two names get one port, also when nobody listens yet', async () => {
  const folder = scratch();
  const reserved = new Set<number>();
  const one = await choosePorts(join(folder, 'a.json'), { proxy: 23_100, api: 23_100 }, reserved);
  const two = await choosePorts(join(folder, 'b.json'), { proxy: 23_100 }, reserved);
  const all = [...Object.values(one.ports), ...Object.values(two.ports)];
  expect(new Set(all).size).toBe(3);
});
