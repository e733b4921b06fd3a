/** A custodian reads the gate in an afternoon: that is a promise about its size. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const GATE = join(import.meta.dirname, '../../gate');
const MOST_LINES = 3_000;
const MOST_LINES_OF_A_FILE = 200;

const files = readdirSync(GATE, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.ts'),
);

function linesOf(file: string): string[] {
  return readFileSync(join(GATE, file), 'utf8').split('\n');
}

/** Lines that say something to a machine: no blank ones, no comments. */
function codeOf(file: string): number {
  return linesOf(file).filter((line) => !/^\s*($|\/\/|\/?\*)/.test(line)).length;
}

test('the gate has at most 3,000 lines of code', () => {
  const total = files.reduce((sum, file) => sum + codeOf(file), 0);
  expect(total).toBeGreaterThan(1_000);
  expect(total).toBeLessThanOrEqual(MOST_LINES);
});

test.each(files)('%s has at most 200 lines', (file) => {
  expect(linesOf(file).length).toBeLessThanOrEqual(MOST_LINES_OF_A_FILE);
});

test('the gate holds no SDK of Temporal and no op runtime', () => {
  const imports = files.flatMap((file) =>
    linesOf(file).flatMap((line) => /from '([^']+)'/.exec(line)?.[1] ?? []),
  );
  expect(imports).toContain('@temporalio/proto');
  expect(
    imports.filter((name) => /^@temporalio\/(?!proto$)|runtime|providers|\/hub\//.test(name)),
  ).toEqual([]);
});
