import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { WIRE_SCHEMAS } from '../../contracts/schemas/wire.js';
import {
  ENVIRONMENT_ACTIVITIES,
  WIRE_VERSION,
  type EnvironmentActivity,
} from '../../contracts/wire/index.js';

const FILES: Record<EnvironmentActivity, string> = {
  admit: 'admit',
  runJob: 'run-job',
  cancelJob: 'cancel-job',
  release: 'release',
  closeRun: 'close-run',
};

function fixture(name: string): unknown {
  const url = new URL(
    `../../contracts/wire/fixtures/v${WIRE_VERSION}/${name}.json`,
    import.meta.url,
  );
  return JSON.parse(readFileSync(url, 'utf8'));
}

describe.each(ENVIRONMENT_ACTIVITIES)('the wire contract of %s', (activity) => {
  it.each(['input', 'result'] as const)(
    'still reads its golden %s, and changes nothing of it',
    (part) => {
      const message = fixture(`${FILES[activity]}.${part}`);
      expect(WIRE_SCHEMAS[activity][part].parse(message)).toEqual(message);
    },
  );

  it.each(['input', 'result'] as const)('refuses an unknown key in its %s', (part) => {
    const message = { ...(fixture(`${FILES[activity]}.${part}`) as object), note: 'hello' };
    expect(WIRE_SCHEMAS[activity][part].safeParse(message).success).toBe(false);
  });
});

describe('a report', () => {
  it('holds no code outside the closed list', () => {
    const result = { isAdmitted: false, codes: [{ code: 'patient-has-flu', about: null }] };
    expect(WIRE_SCHEMAS.admit.result.safeParse(result).success).toBe(false);
  });

  it('holds no state outside the closed set', () => {
    expect(
      WIRE_SCHEMAS.runJob.result.safeParse({ states: '+7', codes: {}, counts: {} }).success,
    ).toBe(false);
  });

  it('holds no fraction where a count stands', () => {
    const result = { states: '+', codes: {}, counts: { windows: 0.5 } };
    expect(WIRE_SCHEMAS.runJob.result.safeParse(result).success).toBe(false);
  });
});
