/** A check without a case could be taken out and nobody would notice. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { namesOfChecks } from '../../../scripts/mutants/checks.js';

const FOLDER = import.meta.dirname;

const withCases = readdirSync(FOLDER).flatMap((file) => {
  const code = readFileSync(join(FOLDER, file), 'utf8');
  return [...code.matchAll(/^ *casesOf\((?:\w+\.)?(refuse\w+),/gm)].map(([, name]) => name);
});

test('every check has its case', () => {
  const names = namesOfChecks();
  expect(names.length).toBeGreaterThan(50);
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => !withCases.includes(name))).toEqual([]);
});
