/** What every store promises. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PageRow, PlanRunResult, Selection } from '../../contracts/activities.js';
import type { ConclusionView } from '../../contracts/run.js';
import { EMPTY_BOOKS } from '../../contracts/shards.js';
import type { Store } from '../../hub/store/store.js';
import { makeOffer, makeSigner, REQUEST } from './factories.js';

const RUN = `r${'a'.repeat(24)}`;
const OTHER = `r${'b'.repeat(24)}`;
const REF = { run: RUN, step: 'scan', dataset: 'finland' };
const OPEN: Selection = { kind: 'failed-and-open', ranges: '', code: null };

const PLAN: PlanRunResult = {
  plan: 'a'.repeat(64),
  analysis: { name: 'association', version: '1.0.0', digest: 'b'.repeat(64), title: 'Test' },
  datasets: ['finland'],
  steps: [],
  limits: { batch: 'auto', pageShards: 4 },
};

export function describeStore(name: string, open: () => Promise<Store>): void {
  describe(`${name}, as every store`, () => {
    let store: Store;

    beforeEach(async () => {
      store = await open();
      await store.runs.begin({ run: RUN, requester: 'ada', request: REQUEST });
    });
    afterEach(() => store.close());

    const types = async (run = RUN) =>
      (await store.events.after(run, 0, 100)).map(({ type }) => type);
    const page = async (states: string, overrides: Partial<PageRow> = {}) => {
      const first = overrides.first ?? 0;
      const number = overrides.page ?? 0;
      await store.steps.openPage({ ...REF, page: number, first, count: states.length });
      const row = { ...REF, page: number, first, states, codes: {}, counts: {}, revision: 1 };
      await store.steps.recordPage({ ...row, ...overrides });
    };

    it('begins a run once', async () => {
      await store.runs.begin({ run: RUN, requester: 'eve', request: REQUEST });
      expect(await types()).toEqual(['run-accepted']);
      expect((await store.runs.view(RUN))?.requester).toBe('ada');
    });

    it('numbers events of a run without gaps, also when many write at once', async () => {
      await store.runs.begin({ run: OTHER, requester: 'ada', request: REQUEST });
      await Promise.all(
        Array.from({ length: 40 }, (_, index) =>
          store.runs.record({
            run: index % 2 ? RUN : OTHER,
            state: 'running',
            codes: [],
            waitingFor: `thing ${index}`,
          }),
        ),
      );
      for (const run of [RUN, OTHER]) {
        const sequences = (await store.events.after(run, 0, 100)).map(({ sequence }) => sequence);
        expect(sequences).toEqual(Array.from({ length: 21 }, (_, index) => index + 1));
      }
      expect((await store.events.after(RUN, 19, 100)).map(({ sequence }) => sequence)).toEqual([
        20, 21,
      ]);
    });

    it('keeps the plan that was saved first', async () => {
      expect(await store.runs.planOf(RUN)).toBeUndefined();
      await store.runs.savePlan(RUN, PLAN);
      await store.runs.savePlan(RUN, { ...PLAN, plan: 'c'.repeat(64) });
      expect(await store.runs.planOf(RUN)).toEqual(PLAN);
      expect(await types()).toEqual(['run-accepted', 'run-planned']);
    });

    it('tells a repeated record once', async () => {
      const state = { run: RUN, state: 'running', codes: [], waitingFor: null } as const;
      const admission = { run: RUN, dataset: 'finland', isAdmitted: true, codes: [] };
      const decision = {
        run: RUN,
        kind: 'cancel',
        selection: null,
        by: 'ada',
        reason: null,
      } as const;
      for (let time = 0; time < 2; time += 1) {
        await store.runs.record({ ...state, codes: [] });
        await store.runs.recordAdmission(admission);
        await store.runs.recordDecision(decision, 'activity-1');
      }
      await store.runs.recordDecision(decision, 'activity-2');
      expect(await types()).toEqual([
        'run-accepted',
        'run-changed',
        'admission-decided',
        'decision-made',
        'decision-made',
      ]);
    });

    it('refuses what concerns a run that was never begun', async () => {
      const record = { run: OTHER, state: 'running', codes: [], waitingFor: null } as const;
      await expect(store.runs.record({ ...record, codes: [] })).rejects.toThrow('never begun');
      expect(await types(OTHER)).toEqual([]);
    });

    it('opens a page once, and never with another cut', async () => {
      const input = { ...REF, page: 0, first: 0, count: 4 };
      const row = { ...REF, page: 0, first: 0, states: '....', codes: {}, counts: {}, revision: 0 };
      expect(await store.steps.openPage(input)).toEqual(row);
      await store.steps.recordPage({ ...row, states: '++..', revision: 3 });
      expect(await store.steps.openPage(input)).toMatchObject({ states: '++..', revision: 3 });
      await expect(store.steps.openPage({ ...input, count: 5 })).rejects.toThrow('cut otherwise');
    });

    it('lets no older revision of a page overwrite a newer one', async () => {
      await page('++..', { revision: 5 });
      await store.steps.recordPage({
        ...{ ...REF, page: 0, first: 0, states: '+...', codes: {}, counts: {}, revision: 4 },
      });
      expect((await store.steps.sums(REF, 4)).books.done).toBe(2);
      expect((await types()).filter((type) => type === 'page-recorded')).toHaveLength(1);
    });

    it('sums pages, and counts shards without a page as open', async () => {
      await page('+=x.', { codes: { 'op-failed': '2' }, counts: { leads: 3 } });
      await page('w+', { page: 1, first: 4, counts: { leads: 2 } });
      expect(await store.steps.sums(REF, 10)).toEqual({
        books: { planned: 10, done: 3, reused: 1, waived: 1, failed: 1, open: 5 },
        codes: { 'op-failed': 1 },
        counts: { leads: 5 },
        failed: [2],
        open: [3, 6, 7, 8, 9],
        waived: [4],
      });
    });

    it('plans the pages that hold a selected shard', async () => {
      await page('++++');
      await page('+x+.', { page: 1, first: 4, codes: { 'op-failed': '5' } });
      const input = { ...REF, shards: 10, pageShards: 4 };
      const plan = (selection: Selection) => store.steps.planPages({ ...input, selection });
      expect(await plan({ kind: 'all', ranges: '', code: null })).toEqual([1, 2]);
      expect(await plan(OPEN)).toEqual([1, 2]);
      expect(await plan({ kind: 'code', ranges: '', code: 'op-failed' })).toEqual([1]);
      expect(await plan({ kind: 'ranges', ranges: '0-3,8', code: null })).toEqual([2]);
    });

    it('waives failed and open shards, also of pages that were never opened, and no others', async () => {
      await store.steps.planPages({ ...REF, shards: 6, pageShards: 4, selection: OPEN });
      await page('+x=.', { codes: { 'op-failed': '1' } });
      const waiver = { ...REF, selection: OPEN, by: 'ada', reason: 'known bad' };
      expect(await store.steps.waive(waiver, 'activity-1')).toBe(4);
      expect(await store.steps.waive(waiver, 'activity-1')).toBe(4);
      const { books, codes, waived } = await store.steps.sums(REF, 6);
      expect(books).toEqual({ planned: 6, done: 2, reused: 1, waived: 4, failed: 0, open: 0 });
      expect([codes, waived]).toEqual([{}, [1, 3, 4, 5]]);
    });

    it('waives what a code or ranges select', async () => {
      await page('xxx.', { codes: { 'op-failed': '0-1', 'job-lost': '2' } });
      const waive = (selection: Selection, key: string) =>
        store.steps.waive({ ...REF, selection, by: 'ada', reason: 'why' }, key);
      expect(await waive({ kind: 'code', ranges: '', code: 'job-lost' }, '1')).toBe(1);
      expect(await waive({ kind: 'ranges', ranges: '1-2', code: null }, '2')).toBe(1);
      const { books, codes } = await store.steps.sums(REF, 4);
      expect(books).toMatchObject({ waived: 2, failed: 1, open: 1 });
      expect(codes).toEqual({ 'op-failed': 1 });
    });

    it('shows the books of a step as its pages tell, ahead of its own row', async () => {
      const books = { ...EMPTY_BOOKS, planned: 4, open: 4 };
      const row = { ...REF, environment: 'finland', state: 'running', codes: {} } as const;
      await store.steps.record({ ...row, books });
      await page('++x.', { codes: { 'op-failed': '2' } });
      expect((await store.runs.view(RUN))?.steps).toEqual([
        {
          step: 'scan',
          dataset: 'finland',
          environment: 'finland',
          state: 'running',
          books: { planned: 4, done: 2, reused: 0, waived: 0, failed: 1, open: 1 },
          codes: { 'op-failed': 1 },
        },
      ]);
      await expect(store.steps.record({ ...row, books: { ...books, open: 3 } })).rejects.toThrow(
        'do not balance',
      );
    });

    it('keeps conclusions once, and refusals as events', async () => {
      const conclusion: ConclusionView = {
        ...{ step: 'rows', dataset: 'finland', name: 'rows', environment: 'finland' },
        ...{ sha256: 'a'.repeat(64), statement: 'b'.repeat(64), rule: 'variant-statistics@1' },
        ...{ verdict: 'pass', bytes: 10, dropped: {}, waived: {}, ledgerSequence: 7 },
        acceptedAt: new Date().toISOString(),
      };
      const refused = { step: 'rows', dataset: 'finland', name: 'rows', why: 'no signature' };
      for (let time = 0; time < 2; time += 1) {
        await store.conclusions.accept(RUN, conclusion);
        await store.conclusions.refuse(RUN, refused);
      }
      expect((await store.runs.view(RUN))?.conclusions).toEqual([conclusion]);
      expect(await types()).toEqual(['run-accepted', 'conclusion-accepted', 'conclusion-refused']);
    });

    it('keeps the first request of a run, whoever comes second', async () => {
      const claim = (digest: string) =>
        store.requests.claim({
          ...{
            run: OTHER,
            requester: 'ada',
            request: REQUEST,
            digest,
            acceptedAt: new Date().toISOString(),
          },
        });
      const kept = await Promise.all(['1', '2', '3'].map(claim));
      expect(new Set(kept.map(({ digest }) => digest)).size).toBe(1);
      await store.requests.markStarted(OTHER);
      expect((await store.requests.find(OTHER))?.isStarted).toBe(true);
      expect((await store.runs.view(OTHER))?.state).toBe('accepted');
    });

    it('lists newest first, by pages, of the given projects only', async () => {
      const ids = ['c', 'd', 'e'].map((letter) => `r${letter.repeat(24)}`);
      for (const [index, run] of ids.entries()) {
        const acceptedAt = new Date(Date.UTC(2030, 0, 1 + index)).toISOString();
        await store.requests.claim({
          run,
          requester: 'ada',
          request: REQUEST,
          digest: '',
          acceptedAt,
        });
        if (index === 1) await store.runs.begin({ run, requester: 'ada', request: REQUEST });
      }
      const projects = ['drug-discovery'];
      const first = await store.runs.list({ projects, limit: 2 });
      expect(first.map(({ id }) => id)).toEqual([ids[2], ids[1]]);
      const last = first[1];
      const after = last && { acceptedAt: last.acceptedAt, run: last.id };
      const second = await store.runs.list({ projects, limit: 2, after });
      expect(second.map(({ id }) => id)).toEqual([ids[0], RUN]);
      expect(await store.runs.list({ projects: ['other'], limit: 9 })).toEqual([]);
      expect(await store.runs.list({ projects: [], limit: 9 })).toEqual([]);
      expect(await store.runs.list({ projects: null, limit: 9, state: 'done' })).toEqual([]);
      expect(await store.runs.list({ projects: null, limit: 9, analysis: 'other' })).toEqual([]);
    });

    it('keeps the newest offer of an environment', async () => {
      const { signOffer } = makeSigner();
      const at = (second: number) => new Date(Date.UTC(2030, 0, 1, 0, 0, second)).toISOString();
      await store.offers.put(signOffer(makeOffer('finland', { at: at(2), title: 'new' })));
      await store.offers.put(signOffer(makeOffer('finland', { at: at(1), title: 'old' })));
      expect((await store.offers.all()).map(({ offer }) => offer.title)).toEqual(['new']);
    });
  });
}
