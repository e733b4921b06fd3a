/** Where the catalog comes from: files of the world and analyses, read once, and offers from the store. */
import { readWorld } from '../../contracts/schemas/environment.js';
import type { Analysis } from '../../contracts/schemas/load-analysis.js';
import type { SignedOffer } from '../../contracts/offer.js';
import type { Pins, World } from '../../contracts/world.js';
import type { OfferStore } from '../store/store.js';
import type { Catalog } from './catalog.js';
import { loadAnalyses } from './load-analyses.js';
import { environmentsOf, isAuthenticOffer } from './offers.js';
import { readPins } from './pins.js';

export interface CatalogSource {
  readonly world: World;
  readonly pins: Pins;
  /** As of now. */
  current(): Promise<Catalog>;
}

export interface CatalogParts {
  world: World;
  pins: Pins;
  analyses: ReadonlyMap<string, Analysis>;
  offers: OfferStore;
  now?: () => Date;
}

/** @throws ConfigError naming file, line and field */
export function openCatalog(
  folders: { world: string; analyses: string },
  offers: OfferStore,
): CatalogSource {
  const world = readWorld(folders.world);
  const pins = readPins(folders.world, world);
  return createCatalogSource({ world, pins, analyses: loadAnalyses(folders.analyses), offers });
}

export function createCatalogSource(parts: CatalogParts): CatalogSource {
  const { world, pins, analyses, offers, now = () => new Date() } = parts;
  const checked = new OfferCheck(world, pins);
  return {
    world,
    pins,
    async current() {
      const signed = await offers.all();
      const authentic = signed.flatMap((one) => (checked.isAuthentic(one) ? [one.offer] : []));
      return { world, analyses, environments: environmentsOf(world, authentic, now()) };
    },
  };
}

/**
 * The hub believes the pin, not its own database: a signature is checked whenever an offer is new to this process,
 * and not at every look, as autocomplete looks often.
 */
class OfferCheck {
  readonly #world: World;
  readonly #pins: Pins;
  readonly #known = new WeakMap<SignedOffer, boolean>();

  constructor(world: World, pins: Pins) {
    this.#world = world;
    this.#pins = pins;
  }

  isAuthentic(signed: SignedOffer): boolean {
    const known = this.#known.get(signed);
    if (known !== undefined) return known;
    const isAuthentic = isAuthenticOffer(signed, this.#world, this.#pins);
    this.#known.set(signed, isAuthentic);
    return isAuthentic;
  }
}
