/** The newest offer of each environment. */
import { parseJson, type Database } from './tables.js';
import type { OfferStore } from './store.js';

export function createOfferStore(db: Database): OfferStore {
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
      const rows = await db.selectFrom('offers').select('offer').orderBy('environment').execute();
      return rows.map(({ offer }) => parseJson(offer));
    },
  };
}
