import { describe, expect, it } from 'vitest';
import { createCatalogSource } from '../../hub/catalog/catalog-source.js';
import { nearestNames, search } from '../../hub/catalog/search.js';
import type { OfferStore } from '../../hub/store/store.js';
import type { SignedOffer } from '../../contracts/offer.js';
import { ANALYSIS, makeOffer, makeSigner, makeWorld } from './factories.js';

const gate = makeSigner();
const NOW = new Date('2030-01-01T00:02:00.000Z');

function sourceOf(signed: SignedOffer[]) {
  const offers: OfferStore = { put: async () => undefined, all: async () => signed };
  return createCatalogSource({
    world: makeWorld(),
    pins: { finland: gate.publicKey },
    analyses: new Map([['association', ANALYSIS]]),
    offers,
    now: () => NOW,
  });
}

const at = (secondsAgo: number) => new Date(NOW.getTime() - secondsAgo * 1000).toISOString();
const finlandOf = async (signed: SignedOffer[]) =>
  (await sourceOf(signed).current()).environments.find(({ id }) => id === 'finland');

describe('the catalog', () => {
  it('shows every environment of the world, also one that was never heard of', async () => {
    const { environments } = await sourceOf([]).current();
    expect(environments.map(({ id, state, offer }) => [id, state, offer])).toEqual([
      ['britain', 'down', null],
      ['cloud', 'down', null],
      ['finland', 'down', null],
    ]);
  });

  it('takes an offer older than 90 seconds as down, and keeps what it says', async () => {
    const fresh = await finlandOf([gate.signOffer(makeOffer('finland', { at: at(90) }))]);
    expect(fresh?.state).toBe('up');
    const stale = await finlandOf([gate.signOffer(makeOffer('finland', { at: at(91) }))]);
    expect(stale?.state).toBe('down');
    expect(stale?.offer?.datasets[0]?.id).toBe('finland');
  });

  it('believes no offer that does not bear the pin, whatever the store holds', async () => {
    const signed = gate.signOffer(makeOffer('finland', { at: at(1) }));
    const forged = { ...signed, offer: { ...signed.offer, combines: true } };
    expect((await finlandOf([forged]))?.offer).toBeNull();
    const foreign = makeSigner().signOffer(makeOffer('finland', { at: at(1) }));
    expect((await finlandOf([foreign]))?.offer).toBeNull();
    const elsewhere = gate.signOffer(makeOffer('finland', { at: at(1), region: 'us' }));
    expect((await finlandOf([elsewhere]))?.offer).toBeNull();
  });
});

describe('search', () => {
  const items = [
    { name: 'HEIGHT', title: 'Standing height' },
    { name: 'ARSA', title: 'Expression of ARSA' },
    { name: 'WEIGHT', title: 'Body weight' },
  ];
  const names = (query: string) => search(items, query, 10).map(({ name }) => name);

  it('finds by beginning, by a word of the title, by a part, and over typing errors', () => {
    expect(names('ar')[0]).toBe('ARSA');
    expect(names('stand')).toEqual(['HEIGHT']);
    expect(names('eight')).toEqual(['HEIGHT', 'WEIGHT']);
    expect(names('hieght')).toContain('HEIGHT');
    expect(names('expresion')).toEqual(['ARSA']);
    expect(names('xyzxyz')).toEqual([]);
  });

  it('gives everything in order for an empty query', () => {
    expect(names('')).toEqual(['HEIGHT', 'ARSA', 'WEIGHT']);
  });

  it('names what somebody may have meant, and nothing far off', () => {
    expect(nearestNames(['association', 'imputation'], 'asociation')[0]).toBe('association');
    expect(nearestNames(['ARSA', 'HEIGHT'], 'arsa')).toEqual(['ARSA']);
    expect(nearestNames(['association'], 'q')).toEqual([]);
  });
});
