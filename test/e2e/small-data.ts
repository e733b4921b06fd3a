/** Smaller and changed copies of the demo's data, so that tests of restarts and cuts take seconds. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentFolder } from '../../cli/world/layout.js';

export interface DataPlace {
  environment: string;
  dataset: string;
}

export const FINLAND: DataPlace = { environment: 'finland', dataset: 'finland' };
export const UTAH: DataPlace = { environment: 'company-cloud', dataset: 'utah' };

export function dataFile(world: string, { environment, dataset }: DataPlace, file: string): string {
  return join(environmentFolder(world, environment), 'data', dataset, file);
}

/** Keeps the last variants of a PLINK file set; ARSA lies at the end of chromosome 22. */
export function keepLastVariants(world: string, place: DataPlace, count: number): void {
  const people = lines(dataFile(world, place, 'geno.fam')).length;
  const bimFile = dataFile(world, place, 'geno.bim');
  const variants = lines(bimFile);
  writeFileSync(bimFile, `${variants.slice(-count).join('\n')}\n`);
  const bedFile = dataFile(world, place, 'geno.bed');
  const bed = readFileSync(bedFile);
  const bytes = Math.ceil(people / 4) * count;
  writeFileSync(bedFile, Buffer.concat([bed.subarray(0, 3), bed.subarray(bed.length - bytes)]));
}

/** Sets one person's value in the table of people. @returns the person's id. */
export function plantValue(
  world: string,
  place: DataPlace,
  { column, row, value }: { column: string; row: number; value: string },
): string {
  const file = dataFile(world, place, 'pheno.tsv');
  const [header = '', ...people] = lines(file);
  const index = header.split('\t').indexOf(column);
  if (index < 0) throw new Error(`no column ${column}`);
  const cells = people[row]?.split('\t') ?? [];
  cells[index] = value;
  people[row] = cells.join('\t');
  writeFileSync(file, `${[header, ...people].join('\n')}\n`);
  return cells[0] ?? '';
}

export function lines(file: string): string[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}
