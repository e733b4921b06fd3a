/** The offer: what custodian and engineer wrote, field by field. Nothing in it is computed from data. */
import type { DatasetDefinition, Definition } from '../../contracts/dataset.js';
import type { Offer, OfferedDataset, OfferedProvider } from '../../contracts/offer.js';
import type { Custody } from '../custody.js';

/** What a kind of provider can run. */
const TECHNOLOGIES: Record<string, string[]> = { spark: ['spark'], databricks: ['spark'] };

export function buildOffer(
  custody: Custody,
  { at, state, approvals }: Pick<Offer, 'at' | 'state' | 'approvals'>,
): Offer {
  const { config, policy, datasets, sandbox } = custody;
  return {
    version: 1,
    environment: config.id,
    region: config.region,
    title: config.title,
    at,
    state,
    wall: policy.wall,
    combines: policy.combines,
    reason: policy.reason,
    summaryStatistics: policy.summaryStatistics,
    approvals,
    grants: policy.grants,
    believes: Object.keys(policy.believes).sort(),
    isolation: policy.sandbox.isolation,
    sandbox: sandbox ?? 'unknown',
    providers: providersOf(custody),
    prices: config.prices,
    datasets: datasets.map(offerDataset),
  };
}

/** Those that the policy allows. */
function providersOf({ config, policy }: Custody): OfferedProvider[] {
  return Object.entries(config.providers)
    .filter(([id]) => policy.sandbox.providers.includes(id))
    .map(([id, { kind, slots, cpus, memoryBytes }]) => {
      const technologies = TECHNOLOGIES[kind] ?? ['python'];
      return { id, kind, technologies, slots, cpus, memoryBytes };
    });
}

function offerDataset(dataset: DatasetDefinition): OfferedDataset {
  const { id, title, version, wall, residency, build, approximatePeople } = dataset;
  return {
    ...{ id, title, version, wall, residency, build, approximatePeople },
    phenotypes: described(dataset.phenotypes),
    covariates: described(dataset.covariates),
    frames: Object.fromEntries(
      Object.entries(dataset.frames).map(([name, frame]) => [name, { title: frame.title }]),
    ),
  };
}

function described(definitions: Record<string, Definition>): OfferedDataset['phenotypes'] {
  return Object.fromEntries(
    Object.entries(definitions).map(([name, { title, type, unit }]) => [
      name,
      { title, type, unit },
    ]),
  );
}
