import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { sha256 } from '../../contracts/schemas/canonical.js';
import { createDirectoryExchange } from '../../hub/exchange/directory-exchange.js';
import { DigestMismatch, MissingFile } from '../../hub/exchange/exchange.js';
import { scratchFolder } from './scratch.js';

const folder = scratchFolder();
const exchange = createDirectoryExchange(folder);
const digest = (content: string) => sha256(content);

it('gives back what was put, whole or in part', async () => {
  const name = digest('hello exchange');
  await exchange.put(name, Readable.from([Buffer.from('hello '), Buffer.from('exchange')]));
  expect(await exchange.size(name)).toBe(14);
  expect((await exchange.read(name)).toString()).toBe('hello exchange');
  expect(await text(await exchange.stream(name, { first: 6, last: 13 }))).toBe('exchange');
});

it('keeps nothing that has another digest than its name', async () => {
  const name = digest('wanted');
  await expect(exchange.put(name, Buffer.from('forged'))).rejects.toThrow(DigestMismatch);
  expect(await exchange.size(name)).toBeUndefined();
  expect(readdirSync(join(folder, name.slice(0, 2)))).toEqual([]);
});

it('keeps nothing of an upload that breaks off', async () => {
  const name = digest('broken off');
  const broken = Readable.from(
    (function* () {
      yield Buffer.from('broken');
      throw new Error('connection lost');
    })(),
  );
  await expect(exchange.put(name, broken)).rejects.toThrow('connection lost');
  expect(await exchange.size(name)).toBeUndefined();
});

it('takes the same file from many at once', async () => {
  const name = digest('same');
  await Promise.all(Array.from({ length: 20 }, () => exchange.put(name, Buffer.from('same'))));
  expect(readdirSync(join(folder, name.slice(0, 2)))).toEqual([name]);
});

it('notices a file that somebody changed', async () => {
  const name = digest('original');
  await exchange.put(name, Buffer.from('original'));
  writeFileSync(join(folder, name.slice(0, 2), name), 'tampered');
  await expect(exchange.read(name)).rejects.toThrow(DigestMismatch);
});

it('knows digests alone: no path leads out', async () => {
  await expect(exchange.read('../../etc/passwd')).rejects.toThrow(MissingFile);
  await expect(exchange.size('../../etc/passwd')).rejects.toThrow(MissingFile);
  await expect(exchange.read('0'.repeat(64))).rejects.toThrow(MissingFile);
});
