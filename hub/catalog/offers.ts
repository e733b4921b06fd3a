/** Offers: who signed them, and how long they hold. */
import { OFFER_STALE_SECONDS, type Offer, type SignedOffer } from '../../contracts/offer.js';
import { isSignedBy } from '../../contracts/schemas/sign.js';
import type { Pins, World } from '../../contracts/world.js';
import type { CatalogEnvironment } from './catalog.js';

/** Whether the gate of the environment that the offer names made it, for the region where the world has it. */
export function isAuthenticOffer(
  { offer, signature }: SignedOffer,
  world: World,
  pins: Pins,
): boolean {
  const environment = world.environments.find(({ id }) => id === offer.environment);
  const pin = pins[offer.environment];
  if (environment === undefined || pin === undefined) return false;
  return environment.region === offer.region && isSignedBy(offer, signature, pin);
}

export function environmentsOf(
  world: World,
  offers: readonly Offer[],
  now: Date,
): CatalogEnvironment[] {
  const byId = new Map(offers.map((offer) => [offer.environment, offer]));
  return world.environments
    .map(({ id, region }) => {
      const offer = byId.get(id) ?? null;
      return { id, region, offer, state: stateOf(offer, now) };
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

function stateOf(offer: Offer | null, now: Date): Offer['state'] {
  if (offer === null) return 'down';
  const ageSeconds = (now.getTime() - Date.parse(offer.at)) / 1000;
  return ageSeconds > OFFER_STALE_SECONDS ? 'down' : offer.state;
}
