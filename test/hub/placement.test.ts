import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Offer, OfferedProvider } from '../../contracts/offer.js';
import { ANYWHERE } from '../../contracts/names.js';
import type { PlacementDecision } from '../../contracts/placement.js';
import type { CatalogEnvironment } from '../../hub/catalog/catalog.js';
import { needsOf, type PlacementNeeds } from '../../hub/placement/needs.js';
import { place } from '../../hub/placement/place.js';
import { requireValid } from '../../hub/validate/validate-request.js';
import { ANALYSIS, makeCatalog, makeCloud, makeDataset, makeOffer, REQUEST } from './factories.js';
import { isPermitted, isTrueOf, permittedChoices } from './placement-oracle.js';

const catalog = makeCatalog();
const needsFor = (request: object = REQUEST, of = catalog): PlacementNeeds => {
  const { analysis, plan } = requireValid(of, request);
  return needsOf(analysis, plan);
};
const chosen = ({ placements }: PlacementDecision) =>
  Object.fromEntries(placements.map(({ dataset, environment }) => [dataset, environment]));
const reasonsAgainst = (decision: PlacementDecision, dataset: string, environment: string) =>
  decision.placements
    .find((placement) => placement.dataset === dataset)
    ?.rejected.filter((rejected) => rejected.environment === environment)
    .flatMap(({ reasons }) => reasons.map(({ code }) => code));

describe('placement', () => {
  it('puts each dataset in its home, and combines where all believe', () => {
    const decision = place(catalog, needsFor());
    expect(chosen(decision)).toEqual({
      britain: 'britain',
      finland: 'finland',
      utah: 'cloud',
      anywhere: 'cloud',
    });
    expect(decision.impossible).toEqual([]);
    expect(reasonsAgainst(decision, ANYWHERE, 'finland')).toEqual(['does-not-combine', 'wall']);
    expect(decision.placements[0]?.taskQueue).toBe('eu.britain');
  });

  it('is the same decision for the same catalog', () => {
    expect(place(catalog, needsFor())).toEqual(place(structuredClone(catalog), needsFor()));
  });

  it('places a dataset whose only home is down, and says that the run waits', () => {
    const down = makeCatalog([makeOffer('finland', { state: 'down' }), makeCloud()]);
    const decision = place(down, needsFor({ ...REQUEST, datasets: ['finland'] }, down));
    expect(chosen(decision)['finland']).toBe('finland');
    expect(decision.placements[0]?.reasons.join()).toContain('does not answer now');
  });

  it('names a dataset without a permitted environment, with every reason', () => {
    const refused = makeCatalog([
      makeOffer('finland', { grants: {}, approvals: [], region: 'eu' }),
      makeCloud(),
    ]);
    const decision = place(refused, needsFor({ ...REQUEST, datasets: ['finland'] }, refused));
    expect(decision.placements).toEqual([]);
    const [finland] = decision.impossible;
    expect(finland?.dataset).toBe('finland');
    const codes = finland?.rejected.map(({ environment, reasons }) => [
      environment,
      reasons.map(({ code }) => code),
    ]);
    expect(codes).toEqual([
      ['britain', ['down']],
      ['cloud', ['not-home']],
      ['finland', ['not-granted', 'not-approved']],
    ]);
  });

  describe('of an open dataset with two homes', () => {
    const shared = makeDataset('utah', { wall: 'open' });
    const twoHomes = (finland: number, britain: number, more: Partial<Offer> = {}) =>
      makeCatalog([
        makeOffer('finland', { datasets: [shared], prices: { cpuHour: finland } }),
        makeOffer('britain', { datasets: [shared], prices: { cpuHour: britain }, ...more }),
        makeCloud({ datasets: [] }),
      ]);
    const decide = (of: ReturnType<typeof twoHomes>) =>
      place(of, needsFor({ ...REQUEST, datasets: ['utah'] }, of));

    it('takes the cheaper one, with the price as the reason; swapped prices flip it', () => {
      const one = decide(twoHomes(100, 200));
      expect(chosen(one)['utah']).toBe('finland');
      expect(reasonsAgainst(one, 'utah', 'britain')).toEqual(['price']);
      const other = decide(twoHomes(200, 100));
      expect(chosen(other)['utah']).toBe('britain');
      expect(reasonsAgainst(other, 'utah', 'finland')).toEqual(['price']);
    });

    it('takes the one that answers, whatever it costs', () => {
      const decision = decide(twoHomes(200, 100, { state: 'down' }));
      expect(chosen(decision)['utah']).toBe('finland');
      expect(reasonsAgainst(decision, 'utah', 'britain')).toEqual(['down']);
    });

    it('takes the dearer one where the cheaper does not believe who combines', () => {
      const decision = decide(twoHomes(200, 100, { believes: [] }));
      expect(chosen(decision)['utah']).toBe('finland');
      expect(reasonsAgainst(decision, 'utah', 'britain')).toEqual(['not-believed']);
    });

    it('has none for a walled dataset: two gates cannot keep one ledger', () => {
      const walled = makeDataset('utah', { wall: 'walled' });
      const of = makeCatalog([
        makeOffer('finland', { datasets: [walled] }),
        makeOffer('britain', { datasets: [walled] }),
        makeCloud({ datasets: [] }),
      ]);
      const { impossible } = place(of, needsFor({ ...REQUEST, datasets: ['utah'] }, of));
      expect(impossible[0]?.rejected.map(({ reasons }) => reasons.map(({ code }) => code))).toEqual(
        [['wall'], ['not-home'], ['wall']],
      );
    });
  });
});

describe('whatever the catalog', () => {
  const subset = <T>(values: readonly T[]) => fc.subarray([...values]);
  const IDS = ['aa', 'bb', 'cc'];
  const datasetArbitrary = fc.record({
    wall: fc.constantFrom('walled' as const, 'open' as const, 'open' as const),
    residency: fc.constantFrom<string[]>(['eu', 'us'], ['eu', 'us'], ['eu']),
    version: fc.constantFrom(1, 1, 1, 2),
  });
  const mostly = fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.boolean());
  const environmentArbitrary = (id: string) =>
    fc
      .record({
        region: fc.constantFrom('eu', 'us'),
        isHeard: mostly,
        state: fc.constantFrom('up' as const, 'busy' as const, 'down' as const),
        wall: fc.constantFrom('walled' as const, 'open' as const),
        combines: fc.boolean(),
        isApproved: mostly,
        granted: fc.oneof(fc.constant<string[]>(['d1', 'd2']), subset<string>(['d1', 'd2'])),
        believes: fc.oneof(fc.constant(IDS), subset(IDS)),
        isolation: fc.constantFrom('op' as const, 'op' as const, 'platform' as const),
        summaryStatistics: fc.constantFrom('open' as const, 'review' as const),
        price: fc.integer({ min: 1, max: 3 }),
        d1: fc.option(datasetArbitrary),
        d2: fc.option(datasetArbitrary),
        technologies: fc.constantFrom<string[]>(
          ['python'],
          ['python'],
          ['python', 'spark'],
          ['spark'],
        ),
        memoryBytes: fc.constantFrom(2 ** 20, 2 ** 32, 2 ** 33),
      })
      .map((parts): CatalogEnvironment => {
        const datasets = (['d1', 'd2'] as const).flatMap((name) =>
          parts[name] === null ? [] : [makeDataset(name, parts[name])],
        );
        const offer = makeOffer(id, {
          ...{
            region: parts.region,
            state: parts.state,
            wall: parts.wall,
            combines: parts.combines,
          },
          ...{ believes: parts.believes, isolation: parts.isolation, datasets },
          summaryStatistics: parts.summaryStatistics,
          approvals: parts.isApproved ? [ANALYSIS.digest] : [],
          grants: { 'drug-discovery': parts.granted },
          prices: { cpuHour: parts.price },
          providers: [
            {
              ...{ id: 'local', kind: 'local', slots: 2, cpus: 2 },
              technologies: parts.technologies,
              memoryBytes: parts.memoryBytes,
            },
          ],
        });
        return parts.isHeard
          ? { id, region: parts.region, state: parts.state, offer }
          : { id, region: parts.region, state: 'down', offer: null };
      });
  const snapshotArbitrary = fc
    .tuple(...IDS.map(environmentArbitrary))
    .map((environments) => ({ environments }));
  const needs: PlacementNeeds = {
    ...needsFor(),
    datasets: [
      { id: 'd1', version: 1 },
      { id: 'd2', version: 1 },
    ],
  };
  const settings = { numRuns: 2000, seed: 8 };

  it('no decision breaks a rule, and one is made whenever brute force finds a permitted one', () => {
    let made = 0;
    fc.assert(
      fc.property(snapshotArbitrary, (snapshot) => {
        const decision = place(snapshot, needs);
        const possible = permittedChoices(snapshot, needs);
        expect(decision.placements.length > 0).toBe(possible.length > 0);
        expect(decision.impossible.length > 0).toBe(possible.length === 0);
        if (decision.placements.length === 0) return;
        made += 1;
        expect(isPermitted(snapshot, needs, chosen(decision))).toBe(true);
      }),
      settings,
    );
    // The catalogs are such that both happen.
    expect(made).toBeGreaterThan(50);
    expect(made).toBeLessThan(1950);
  });

  it('every environment is chosen or named, for each part', () => {
    fc.assert(
      fc.property(snapshotArbitrary, (snapshot) => {
        const { placements, impossible } = place(snapshot, needs);
        for (const { environment, rejected } of placements) {
          const named = [environment, ...rejected.map((one) => one.environment)];
          expect(named.sort()).toEqual(IDS);
        }
        for (const { rejected } of impossible)
          expect(rejected.map((one) => one.environment).sort()).toEqual(IDS);
      }),
      settings,
    );
  });

  it('each stated reason is true', () => {
    fc.assert(
      fc.property(snapshotArbitrary, (snapshot) => {
        const { placements, impossible } = place(snapshot, needs);
        for (const { dataset, rejected } of [...placements, ...impossible]) {
          for (const { environment, reasons } of rejected) {
            expect(reasons).not.toEqual([]);
            for (const { code } of reasons)
              expect([code, isTrueOf(code, snapshot, { needs, dataset, environment })]).not.toEqual(
                [code, false],
              );
          }
        }
      }),
      settings,
    );
  });
});

describe('each reason flips the verdict when it is removed', () => {
  const open = makeDataset('utah', { wall: 'open' });
  /** Finland would be the better home of an open dataset than Britain, but for one thing. */
  const HOME: [string, Partial<Offer>][] = [
    ['not-home', { datasets: [] }],
    ['residency', { datasets: [makeDataset('utah', { wall: 'open', residency: ['us'] })] }],
    ['not-granted', { grants: {} }],
    ['not-approved', { approvals: [] }],
    ['no-technology', { providers: [provider({ technologies: ['spark'] })] }],
    ['resources', { providers: [provider({ memoryBytes: 2 ** 20 })] }],
    ['not-believed', { believes: [] }],
    ['down', { state: 'down' }],
    ['price', { prices: { cpuHour: 999 } }],
    ['queue', { state: 'busy', prices: { cpuHour: 100 } }],
  ];

  it.each(HOME)('%s, of a home', (code, fault) => {
    const decide = (finland: Partial<Offer>) => {
      const offers = [
        makeOffer('finland', { datasets: [open], prices: { cpuHour: 50 }, ...finland }),
        makeOffer('britain', { datasets: [open] }),
        makeCloud({ datasets: [] }),
      ];
      const of = makeCatalog(offers);
      return place(of, needsFor({ ...REQUEST, datasets: ['utah'] }, of));
    };
    const rejecting = decide({ grants: { 'drug-discovery': ['utah'] }, ...fault });
    expect(chosen(rejecting)['utah']).toBe('britain');
    expect(reasonsAgainst(rejecting, 'utah', 'finland')).toEqual([code]);
    expect(chosen(decide({}))['utah']).toBe('finland');
  });

  const COMBINER: [string, Partial<Offer>][] = [
    ['does-not-combine', { combines: false }],
    ['wall', { wall: 'walled' }],
    ['not-approved', { approvals: [] }],
    ['no-technology', { providers: [provider({ technologies: ['spark'] })] }],
    ['not-believed', { believes: [] }],
    ['down', { state: 'down' }],
    ['price', { prices: { cpuHour: 999 } }],
  ];

  it.each(COMBINER)('%s, of who combines', (code, fault) => {
    const decide = (britain: Partial<Offer>) => {
      const combines = { wall: 'open', combines: true, datasets: [] } as const;
      const offers = [
        makeOffer('finland', { believes: ['cloud', 'britain'] }),
        makeOffer('britain', {
          ...combines,
          datasets: [],
          believes: ['finland'],
          prices: { cpuHour: 50 },
          ...britain,
        }),
        makeCloud({ datasets: [] }),
      ];
      const of = makeCatalog(offers);
      return place(of, needsFor({ ...REQUEST, datasets: ['finland'] }, of));
    };
    const rejecting = decide(fault);
    expect(chosen(rejecting)[ANYWHERE]).toBe('cloud');
    expect(reasonsAgainst(rejecting, ANYWHERE, 'britain')).toEqual([code]);
    expect(chosen(decide({}))[ANYWHERE]).toBe('britain');
  });

  it.each([
    ['wall', { wall: 'open' }],
    ['isolation', { isolation: 'platform', summaryStatistics: 'open' }],
  ] as [string, Partial<Offer>][])('%s, of the one home of a walled dataset', (code, fault) => {
    const decide = (finland: Partial<Offer>) => {
      const of = makeCatalog([makeOffer('finland', finland), makeCloud()]);
      return place(of, needsFor({ ...REQUEST, datasets: ['finland'] }, of));
    };
    const [finland] = decide(fault).impossible;
    const reasons = finland?.rejected.find(({ environment }) => environment === 'finland')?.reasons;
    expect(reasons?.map((reason) => reason.code)).toEqual([code]);
    expect(chosen(decide({}))['finland']).toBe('finland');
  });

  function provider(overrides: Partial<OfferedProvider>): OfferedProvider {
    const size = { slots: 2, cpus: 2, memoryBytes: 2 ** 32 };
    return { id: 'local', kind: 'local', technologies: ['python'], ...size, ...overrides };
  }
});
