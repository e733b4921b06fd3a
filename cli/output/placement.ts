import type { Placement } from '../../contracts/placement.js';
import { formatTable } from './table.js';

/** Who does what and why; below it what was turned down, with the reasons against it. */
export function formatPlacements(placements: readonly Placement[]): string {
  const rows = placements.map(({ dataset, region, environment, provider, reasons }) => [
    dataset,
    `${region}.${environment}`,
    provider,
    reasons.join('; '),
  ]);
  const turnedDown = placements.flatMap(({ dataset, rejected }) =>
    rejected.map(({ environment, provider, reasons }) => [
      dataset,
      environment,
      provider ?? '',
      reasons.map(({ sentence }) => sentence).join('; '),
    ]),
  );
  const chosen = formatTable(['data', 'runs in', 'by', 'because'], rows);
  if (turnedDown.length === 0) return chosen;
  return `${chosen}\n\n${formatTable(['data', 'not in', 'by', 'because'], turnedDown)}`;
}
