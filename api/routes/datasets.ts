import { z } from 'zod';
import type { OfferedDataset } from '../../contracts/offer.js';
import { datasetIds, homesOf, type Catalog } from '../../hub/catalog/catalog.js';
import { createSearch, nearestNames, search, type Search } from '../../hub/catalog/search.js';
import { seesEnvironments } from '../identity.js';
import { ApiProblem } from '../problem.js';
import { defineRoute, EVERYONE, type Route } from '../route.js';
import { datasetSummarySchema, phenotypeSchema } from '../schemas/catalog-views.js';

const tag = 'Catalog';
const querySchema = z.object({
  q: z.string().max(200).default('').meta({ description: 'What somebody has typed so far' }),
  limit: z.coerce.number().int().min(1).max(1000).default(50),
});

export const datasetRoutes: Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/datasets',
    summary: 'Datasets, best match first',
    tag,
    roles: EVERYONE,
    query: querySchema,
    responses: {
      200: {
        description: 'Those that match',
        schema: z.strictObject({ datasets: z.array(datasetSummarySchema) }),
      },
    },
    codes: [],
    async handle({ deps, identity, query: { q, limit } }) {
      const catalog = await deps.catalog.current();
      const all = datasetIds(catalog).flatMap((id) => summaryOf(catalog, id));
      const found = search(
        all.map((dataset) => ({ ...dataset, name: dataset.id })),
        q,
        limit,
      );
      const isOpen = seesEnvironments(identity);
      const datasets = found.map(({ name: _name, environments, ...dataset }) => ({
        ...dataset,
        environments: isOpen ? environments : [],
      }));
      return { body: { datasets } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/datasets/{id}/phenotypes',
    summary: 'Phenotypes that a dataset offers, best match first',
    tag,
    roles: EVERYONE,
    params: z.object({ id: z.string() }),
    query: querySchema,
    responses: {
      200: {
        description: 'Those that match',
        schema: z.strictObject({ phenotypes: z.array(phenotypeSchema) }),
      },
    },
    codes: ['unknown-dataset'],
    async handle({ deps, params, query: { q, limit } }) {
      const dataset = newestOf(await deps.catalog.current(), params.id);
      return { body: { phenotypes: phenotypeSearch(dataset)(q, limit) } };
    },
  }),
];

const searches = new WeakMap<object, Search<{ name: string; title: string }>>();

/** Made once for each offer: a biobank has thousands of phenotypes, and every keystroke asks. */
function phenotypeSearch({ phenotypes }: OfferedDataset): Search<{ name: string; title: string }> {
  const known = searches.get(phenotypes);
  if (known) return known;
  const made = createSearch(namedOf(phenotypes));
  searches.set(phenotypes, made);
  return made;
}

function newestOf(catalog: Catalog, id: string): OfferedDataset {
  const [newest] = homesOf(catalog, id)
    .map(({ dataset }) => dataset)
    .sort((a, b) => b.version - a.version);
  if (newest) return newest;
  const nearest = nearestNames(datasetIds(catalog), id);
  const detail = `there is no dataset ${id}`;
  throw new ApiProblem('unknown-dataset', {
    faults: [{ code: 'unknown-dataset', pointer: '', detail, nearest }],
  });
}

function summaryOf(catalog: Catalog, id: string) {
  const { title, version, wall, build, approximatePeople, ...dataset } = newestOf(catalog, id);
  return [
    {
      ...{ id, title, version, wall, build, approximatePeople },
      frames: Object.entries(dataset.frames).map(([name, frame]) => ({ name, ...frame })),
      covariates: namedOf(dataset.covariates),
      phenotypeCount: Object.keys(dataset.phenotypes).length,
      environments: homesOf(catalog, id).map(({ environment }) => environment.id),
    },
  ];
}

function namedOf<T extends object>(definitions: Record<string, T>): ({ name: string } & T)[] {
  return Object.entries(definitions).map(([name, definition]) => ({ name, ...definition }));
}
