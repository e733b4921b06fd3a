/** What a table of people looks like from its columns: the proposal that its custodian confirms. */
import { readFileSync } from 'node:fs';
import { NAME_PATTERN } from '../../contracts/names.js';
import { CliError } from '../failure.js';

export interface Column {
  name: string;
  use: 'phenotype' | 'covariate' | 'left out';
  type: 'number' | 'binary' | null;
  /** Of what was proposed, in words. */
  why: string;
  isComplete: boolean;
}

const MISSING = new Set(['', 'NA', 'NaN', 'nan']);
const USUAL_COVARIATES =
  /^(sex|age|age2|bmi|pc\d+|batch|centre|center|array|platform|cohort|wave)$/i;

/** @throws CliError when it is no table with a header and an id column */
export function readColumns(path: string): Column[] {
  const lines = textOf(path).split(/\r?\n/);
  const [header = '', ...rows] = lines.filter((line) => line !== '');
  const names = header.split('\t');
  if (names.length < 2 || rows.length === 0) {
    throw new CliError(
      `${path}: write a tab-separated table with a header line; the first column is the person's id.`,
    );
  }
  const cells = rows.map((row) => row.split('\t'));
  const ragged = cells.findIndex((row) => row.length !== names.length);
  if (ragged >= 0) {
    throw new CliError(
      `${path}:${ragged + 2}: ${cells[ragged]?.length ?? 0} columns, the header has ${names.length}.`,
    );
  }
  return names.slice(1).map((name, index) =>
    propose(
      name,
      cells.map((row) => row[index + 1] ?? ''),
    ),
  );
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new CliError(`--people: ${path} cannot be read.`);
  }
}

function propose(name: string, values: string[]): Column {
  const known = values.filter((value) => !MISSING.has(value));
  const isComplete = known.length === values.length;
  const leftOut = (why: string): Column => ({ name, use: 'left out', type: null, why, isComplete });
  if (!NAME_PATTERN.test(name))
    return leftOut('its name has other characters than A-Z a-z 0-9 _ -');
  if (name.includes('-'))
    return leftOut('its name has a hyphen, which an expression reads as minus');
  if (known.some((value) => !Number.isFinite(Number(value))))
    return leftOut('its values are no numbers');
  const levels = new Set(known.map(Number)).size;
  if (levels < 2) return leftOut('it has one value only');
  const type = levels === 2 ? 'binary' : 'number';
  const why = levels === 2 ? 'two values' : `${levels} values`;
  return {
    name,
    use: USUAL_COVARIATES.test(name) ? 'covariate' : 'phenotype',
    type,
    why,
    isComplete,
  };
}

/** Columns that every cohort asks for: sex and the first components, where they are nearly always known. */
export function baseCohortOf(columns: readonly Column[]): string[] {
  const covariates = columns.filter(({ use }) => use === 'covariate').map(({ name }) => name);
  return covariates.filter((name) => /^(sex|pc[123])$/i.test(name));
}
