import type { CohortEvidence } from '../../../contracts/job.js';
import type { EvidenceRow } from '../../../gate/rules/evidence-row.js';
import { refuseCohort } from '../../../gate/rules/r4.js';
import * as rows from '../../../gate/rules/statistics-row.js';
import { linesOf } from '../../../gate/rules/tsv.js';
import * as statistics from '../../../gate/rules/variant-statistics.js';
import { casesOf } from '../support/check-cases.js';
import { cohort, MODEL, policy } from '../support/check-values.js';

casesOf(refuseCohort, 'cohort-too-small', {
  twin: [cohort({ people: 50 }), policy(), MODEL],
  faults: { 'one person too few': [cohort({ people: 49 }), policy(), MODEL] },
});
casesOf(refuseCohort, 'leverage-too-high', {
  twin: [cohort({ maxLeverage: 0.49 }), policy(), MODEL],
  faults: { 'one person decides half of a value': [cohort({ maxLeverage: 0.5 }), policy(), MODEL] },
});

const cells: rows.StatisticsCells = {
  ...{ chromosome: '22', position: '100', id: 'rs1', effect: 'A', other: 'G', n: '12' },
  ...{ dof: '10', eaf: '0.25', beta: '0.2', se: '0.1', neglog10p: '1.13', status: 'ok' },
};
const row: EvidenceRow = {
  ...{ keys: ['22', '100', 'rs1', 'A', 'G'], n: 12, ac: 6, an: 24, carriers: 5, cases: null },
};

casesOf(rows.refuseOtherRow, 'evidence-mismatch', {
  twin: [cells, row],
  faults: {
    'another chromosome': [{ ...cells, chromosome: '21' }, row],
    'another position': [{ ...cells, position: '0100' }, row],
    'another id': [{ ...cells, id: 'rs2' }, row],
    'another effect allele': [{ ...cells, effect: 'C' }, row],
    'another other allele': [{ ...cells, other: 'C' }, row],
  },
});

casesOf(rows.refuseOtherCounts, 'evidence-mismatch', {
  twin: [cells, row],
  faults: {
    'of other people': [{ ...cells, n: '13' }, row],
    'another frequency': [{ ...cells, eaf: '0.25000001' }, row],
    'a frequency of nothing': [cells, { ...row, ac: 0, an: 0 }],
  },
});

casesOf(rows.refuseOtherDof, 'value-out-of-range', {
  twin: [2, 3],
  faults: { 'not even the variant': [1, 3] },
});
casesOf(rows.refuseOtherDof, 'value-out-of-range', {
  twin: [5, 3],
  faults: { 'more than model, variant and lead': [6, 3] },
});

casesOf(rows.refuseOtherP, 'value-out-of-range', {
  twin: [10.000_009, 10],
  faults: {
    'larger than what follows from the estimate': [10.000_02, 10],
    smaller: [9.999_98, 10],
    'no number': [Number.NaN, 10],
  },
});

casesOf(statistics.refuseUncounted, 'evidence-mismatch', {
  twin: [Buffer.alloc(0)],
  faults: { 'the feeder counted nothing': [null] },
});

const { phenotype } = cohort();
const binary: CohortEvidence = cohort({ phenotype: { ...phenotype, type: 'binary' } });

casesOf(statistics.refuseUncountedCases, 'evidence-mismatch', {
  twin: [{ ...row, cases: { ac: 3, an: 12 } }, binary],
  faults: { 'cases are not counted apart': [row, binary] },
});
casesOf(statistics.refuseUncountedCases, 'evidence-mismatch', {
  twin: [row, cohort()],
  faults: { 'the phenotype is binary': [row, binary] },
});

casesOf(statistics.refuseMissingRows, 'evidence-mismatch', {
  twin: [linesOf(Buffer.alloc(0))],
  faults: { 'a row was counted that the op left out': [linesOf(Buffer.from('22\n'))] },
});

const leads = new Set(['22:100:A:G']);

casesOf(statistics.refuseOtherLead, 'table-invalid', {
  twin: ['22:100:A:G', leads],
  faults: {
    'not of the list': ['22:100:A:T', leads],
    'no lead': [undefined, leads],
  },
});
