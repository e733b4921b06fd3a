/** `datasets.yaml`, the custodian's: what a dataset is and what may be asked of it. */

export interface Definition {
  title: string;
  type: 'number' | 'binary';
  unit: string | null;
  /** An expression over the columns of `people`; see docs/adding-an-environment.md. */
  expression: string;
}

export interface FrameDefinition {
  title: string;
  /** True for the people inside; a missing result means outside. */
  expression: string;
}

export interface DatasetDefinition {
  id: string;
  title: string;
  /** An ordinal that the custodian raises with every change of data or definitions. */
  version: number;
  wall: 'walled' | 'open';
  /** The regions that may process it. */
  residency: string[];
  build: string;
  /** `plus`: alleles are on the plus strand, checked; null: undeclared, palindromic rows are left out. */
  strand: 'plus' | null;
  /** PLINK 1 prefix, relative to the environment's folder. */
  plink: string;
  /** A tab-separated table with a header, first column the person's id; relative likewise. */
  people: string;
  /** n as the custodian rounded it. */
  approximatePeople: number;
  /** Columns that have to be known for a person to be in any cohort. */
  baseCohort: string[];
  phenotypes: Record<string, Definition>;
  covariates: Record<string, Definition>;
  frames: Record<string, FrameDefinition>;
}
