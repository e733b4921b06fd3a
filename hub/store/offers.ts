/** The newest offer of each environment. */
import type { SignedOffer } from '../../contracts/offer.js';
import { parseJson, type Database } from './tables.js';
import type { OfferStore } from './store.js';

export function createOfferStore(db: Database): OfferStore {
  const parsed = new Map<string, { text: string; offer: SignedOffer }>();
  /** The same text, the same object: autocomplete reads offers at every keystroke. */
  const parseOnce = (environment: string, text: string): SignedOffer => {
    const known = parsed.get(environment);
    if (known?.text === text) return known.offer;
    const offer = parseJson<SignedOffer>(text);
    parsed.set(environment, { text, offer });
    return offer;
  };
  return {
    async put(signed) {
      const { environment, at } = signed.offer;
      const offer = JSON.stringify(signed);
      await db
        .insertInto('offers')
        .values({ environment, at, offer })
        .onConflict((conflict) =>
          conflict.column('environment').doUpdateSet({ at, offer }).where('offers.at', '<', at),
        )
        .execute();
    },
    async all() {
      const rows = await db.selectFrom('offers').selectAll().orderBy('environment').execute();
      return rows.map(({ environment, offer }) => parseOnce(environment, offer));
    },
  };
}
