/** The three files of a new environment, with comments for those who keep them. */
import { baseCohortOf, type Column } from './people-table.js';

export interface NewEnvironment {
  id: string;
  region: string;
  wall: 'walled' | 'open';
  dataset: string;
  build: string;
  project: string;
  reason: string;
  approximatePeople: number;
  /** Gates whose conclusions it takes as inputs. */
  believes: string[];
  columns: Column[];
}

/** YAML takes any JSON string; most need no quotes. */
function quoted(text: string): string {
  return /^[A-Za-z][A-Za-z0-9 _,.()/]*$/.test(text) ? text : JSON.stringify(text);
}

export function environmentYaml({ id, region }: NewEnvironment): string {
  return `# The environment's engineer writes this file.
id: ${id}
title: ${id}
region: ${region}

# Kinds of compute that jobs may run on; slots: jobs at a time.
providers:
  local: { kind: local, slots: 2, memory: 2GiB, cpus: 1 }

# In millionths of the world's currency.
prices: { cpu-hour: 0 }
`;
}

export function datasetsYaml(environment: NewEnvironment): string {
  const { dataset, region, wall, build, approximatePeople, columns } = environment;
  return `# The custodian writes this file: what the data are and what may be asked of them. Requests give names only.
# Expressions are over the columns of people: numbers, + - * /, = != < <= > >=, and or not, missing(x), parentheses.
datasets:
  - id: ${dataset}
    title: ${dataset}
    # Raise it with every change of the data or of a definition below.
    version: 1
    wall: ${wall}
    # Regions that may process it.
    residency: [${region}]
    build: ${quoted(build)}
    # plus: alleles are on the plus strand (checked). null: not known, so A/T and C/G variants are left out.
    strand: null
    plink: data/${dataset}/geno
    people: data/${dataset}/people.tsv
    # Rounded: this number is published.
    approximatePeople: ${approximatePeople}
    # Columns that have to be known for a person to be in any cohort.
    baseCohort: [${baseCohortOf(columns).join(', ')}]
    phenotypes:${definitions(columns, 'phenotype')}
    covariates:${definitions(columns, 'covariate')}
    # A person is inside where the expression is true; a missing result means outside.
    frames:
${frames(columns)}
`;
}

function definitions(columns: readonly Column[], use: Column['use']): string {
  const chosen = columns.filter((column) => column.use === use);
  if (chosen.length === 0) return ' {}';
  const lines = chosen.map(
    ({ name, type }) =>
      `      ${name}: { title: ${name}, type: ${type ?? 'number'}, unit: null, expression: ${name} }`,
  );
  return `\n${lines.join('\n')}`;
}

function frames(columns: readonly Column[]): string {
  const sex = columns.find(({ name, type }) => /^sex$/i.test(name) && type === 'binary')?.name;
  if (sex === undefined) return `      everyone: { title: Everyone, expression: 1 = 1 }`;
  return `      everyone: { title: Everyone whose sex is stated, expression: not missing(${sex}) }
      # As in PLINK: 1 male, 2 female. Correct these if your table has other codes.
      women: { title: Women, expression: ${sex} = 2 }
      men: { title: Men, expression: ${sex} = 1 }`;
}

export function policyYaml(environment: NewEnvironment): string {
  const { wall, project, dataset, believes, reason } = environment;
  const pins = believes.map((id) => `\n  ${id}: pinned`).join('');
  return `# The custodian writes this file: what may run here and what may leave. Without it nothing runs and nothing leaves.
# walled: only conclusions leave. open: the company's own cloud, files may leave as they are.
wall: ${wall}

# Project -> datasets that it may ask about.
grants:
  ${project}: [${dataset}]

# Gates whose signed conclusions may come in as inputs. pinned: the key in state/pins.json.
believes:${pins === '' ? ' {}' : pins}

# May run steps that read conclusions alone.
combines: ${wall === 'open'}

# open: released statistics need no person's review, for the written reason below. Choose it only if that is so.
summaryStatistics: open
reason: ${JSON.stringify(reason)}

# A cohort smaller than this concludes nothing.
minPeople: 50
# A row about a variant with fewer copies or carriers of its rarer allele is dropped, whole.
minMAC: 20
minCarriers: 10
`;
}
