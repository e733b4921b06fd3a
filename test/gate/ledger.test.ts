import { expect, it } from 'vitest';
import { approve, approvedDigests, isApproved, revoke } from '../../gate/approvals/index.js';
import { createLedger } from '../../gate/ledger/ledger.js';
import { atomically, openDatabase } from '../../gate/state/database.js';

function makeLedger() {
  const db = openDatabase(':memory:');
  return { db, ledger: createLedger(db, () => new Date('2026-01-02T03:04:05Z')) };
}

function filled() {
  const made = makeLedger();
  for (const run of ['a', 'b', 'c']) {
    made.ledger.append('finland', { kind: 'admitted', subject: run, data: { n: run } });
  }
  made.ledger.append('environment', { kind: 'gate-started', subject: 'north', data: {} });
  return made;
}

it('an entry holds the hash of the one before it', () => {
  const { ledger } = makeLedger();
  const first = ledger.append('finland', { kind: 'admitted', subject: 'a', data: {} });
  const second = ledger.append('finland', { kind: 'admitted', subject: 'b', data: {} });
  expect([first.sequence, second.sequence]).toEqual([1, 2]);
  expect(ledger.entries('finland')[1]?.previous).toBe(first.head);
  expect(ledger.verify()).toEqual([]);
});

it('a head tells nobody what it is the hash of: the same entry has another each time', () => {
  const entry = { kind: 'admitted', subject: 'a', data: { data: '33'.repeat(32) } } as const;
  const [one, other] = [makeLedger(), makeLedger()].map(({ ledger }) =>
    ledger.append('finland', entry),
  );
  expect(one?.head).not.toBe(other?.head);
});

it.each([
  [
    'a changed entry',
    `UPDATE ledger SET entry = replace(entry, '"n":"b"', '"n":"x"') WHERE sequence = 2`,
    'finland 2',
  ],
  ['a removed entry', 'DELETE FROM ledger WHERE sequence = 2', 'finland 2'],
  [
    'entries in another order',
    'UPDATE ledger SET sequence = CASE sequence WHEN 2 THEN 30 ELSE 2 END WHERE sequence > 1;' +
      'UPDATE ledger SET sequence = 3 WHERE sequence = 30',
    'finland 2',
  ],
  ['a changed column', `UPDATE ledger SET subject = 'x' WHERE sequence = 3`, 'finland 3'],
])('verify finds %s', (_fault, sql, place) => {
  const { db, ledger } = filled();
  expect(ledger.verify()).toEqual([]);
  db.exec(sql);
  expect(ledger.verify()).toEqual([expect.stringContaining(place)]);
});

it('an entry of a transaction that fails is not there', () => {
  const { db, ledger } = filled();
  const work = () =>
    atomically(db, () => {
      ledger.append('finland', { kind: 'released', subject: 'd', data: {} });
      throw new Error('the power went');
    });
  expect(work).toThrow('the power went');
  expect(ledger.entries('finland')).toHaveLength(3);
  expect(ledger.verify()).toEqual([]);
});

it('an approval holds until it is revoked, and again when it is given again', () => {
  const { ledger } = makeLedger();
  const approval = { digest: 'a'.repeat(64), name: 'association@1.0.0', by: 'custodian' };
  expect(isApproved(ledger, approval.digest)).toBe(false);
  approve(ledger, approval);
  expect(isApproved(ledger, approval.digest)).toBe(true);
  expect(isApproved(ledger, 'b'.repeat(64))).toBe(false);
  expect(approvedDigests(ledger)).toEqual([approval.digest]);
  revoke(ledger, approval);
  expect(isApproved(ledger, approval.digest)).toBe(false);
  expect(approvedDigests(ledger)).toEqual([]);
  approve(ledger, approval);
  expect(isApproved(ledger, approval.digest)).toBe(true);
});
