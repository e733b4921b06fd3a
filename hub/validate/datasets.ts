/** The datasets of a request: known, named once, on one genome build. */
import { datasetIds, homesOf, type Catalog } from '../catalog/catalog.js';
import type { OfferedDataset } from '../../contracts/offer.js';
import { nearestNames } from '../catalog/search.js';
import { pointerTo, type Fault } from '../refusal.js';

export interface ChosenDataset {
  /** Place in the request. */
  index: number;
  id: string;
  /** As its home offers it; the newest version where several homes hold it. */
  offered: OfferedDataset;
}

export function chooseDatasets(
  catalog: Catalog,
  ids: readonly string[],
): { chosen: ChosenDataset[]; faults: Fault[] } {
  const chosen: ChosenDataset[] = [];
  const faults: Fault[] = [];
  ids.forEach((id, index) => {
    const pointer = pointerTo('datasets', index);
    const [newest] = homesOf(catalog, id)
      .map(({ dataset }) => dataset)
      .sort((a, b) => b.version - a.version);
    if (ids.indexOf(id) < index) {
      faults.push({
        code: 'invalid-request',
        pointer,
        detail: `${id} is named twice`,
        nearest: [],
      });
    } else if (newest === undefined) {
      const nearest = nearestNames(datasetIds(catalog), id);
      faults.push({
        code: 'unknown-dataset',
        pointer,
        detail: `there is no dataset ${id}`,
        nearest,
      });
    } else chosen.push({ index, id, offered: newest });
  });
  return { chosen, faults: [...faults, ...findBuildFaults(chosen, catalog)] };
}

/** The build of the world's list of variants, which alleles are aligned on; without one, the first dataset's. */
function findBuildFaults(chosen: readonly ChosenDataset[], { world }: Catalog): Fault[] {
  const build = world.reference?.build ?? chosen[0]?.offered.build;
  return chosen
    .filter(({ offered }) => offered.build !== build)
    .map(({ index, id, offered }) => ({
      code: 'builds-differ',
      pointer: pointerTo('datasets', index),
      detail: `${id} lies on ${offered.build}, not on ${build ?? '?'}`,
      nearest: [],
    }));
}
