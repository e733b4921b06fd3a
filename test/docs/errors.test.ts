import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { CODES } from '../../contracts/codes.js';
import { errorsPage } from '../../scripts/errors-page.js';

it('docs/errors.md is the closed list of codes', () => {
  expect(readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8')).toBe(errorsPage());
});

it('every code is kebab-case and tells the reader what to do', () => {
  for (const [code, { sentence }] of Object.entries(CODES)) {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(sentence).toMatch(/\.$/);
  }
});
