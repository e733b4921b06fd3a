import { describe, expect, it } from 'vitest';
import type { PageRow } from '../../contracts/activities.js';
import { countOf } from '../../contracts/ranges.js';
import { MOST_ACTIVITY_PAYLOAD_BYTES } from '../../contracts/wire/index.js';
import { PageLedger } from '../../workflows/page-ledger.js';

function row(states: string, rest: Partial<PageRow> = {}): PageRow {
  const place = { run: 'r1', step: 'scan', dataset: 'finland', page: 1 };
  return { ...place, first: 100, states, codes: {}, counts: {}, revision: 4, ...rest };
}

describe('the ledger of a page', () => {
  const mixed = row('+.>xxw=', { codes: { 'op-failed': '103', 'job-lost': '104' } });

  it('selects what is open, what failed, or what a person named, never what is done or waived', () => {
    const ledger = new PageLedger(mixed);
    const select = (kind: 'all' | 'failed-and-open' | 'ranges' | 'code', ranges = '') =>
      ledger.select({ kind, ranges, code: kind === 'code' ? 'job-lost' : null });
    expect(select('all')).toEqual([101, 102]);
    expect(select('failed-and-open')).toEqual([101, 102, 103, 104]);
    expect(select('ranges', '0-101,104-900')).toEqual([101, 104]);
    expect(select('code')).toEqual([104]);
  });

  it('forgets the code of a shard that is done, and counts revisions up', () => {
    const ledger = new PageLedger(mixed);
    ledger.set(103, '+');
    expect(ledger.nextRow()).toMatchObject({
      states: '+.>+xw=',
      codes: { 'job-lost': '104' },
      revision: 5,
    });
    expect(ledger.nextRow().revision).toBe(6);
  });

  it('opens again what was running when its work ended', () => {
    const ledger = new PageLedger(mixed);
    expect(ledger.settle()).toBe(true);
    expect(ledger.settle()).toBe(false);
    expect(ledger.nextRow().states).toBe('+..xxw=');
    expect(ledger.books).toEqual({ planned: 7, done: 2, reused: 1, waived: 1, failed: 2, open: 2 });
  });

  it('stays below a page’s payload limit, and every failure explained, however scattered', () => {
    const ledger = new PageLedger({ ...row('.'.repeat(500)), first: 199_500 });
    const codes = ['op-failed', 'job-lost', 'platform-failed'] as const;
    for (let shard = 199_500; shard < 200_000; shard += 1)
      ledger.set(shard, 'x', codes[shard % codes.length] ?? null);
    const next = ledger.nextRow();
    expect(JSON.stringify(next).length).toBeLessThan(MOST_ACTIVITY_PAYLOAD_BYTES);
    const explained = Object.values(next.codes).reduce((sum, ranges) => sum + countOf(ranges), 0);
    expect(explained).toBe(500);
  });
});
