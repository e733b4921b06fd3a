import { expect, test } from 'vitest';
import { formatHits, parseHits, topInWords } from '../../../cli/demo/hits.js';

const HEADER =
  'id\tchromosome\tposition\teffect\tother\tbeta\tse\tneglog10p\tk\tn\tneglog10p_finland\tneglog10p_tuscany';
const TSV = `${HEADER}
rs2\t22\t200\tA\tG\t0.5\t0.1\t4.2\t2\t180\t2.1\t2.0
rs1\t22\t100\tC\tT\t-1.4\t0.12\t23.28\t1\t93\tNA\t9.77
`;

test('the strongest hit is told with the best dataset and with those that let no row out', () => {
  expect(topInWords(parseHits(TSV), 'ARSA')).toBe(
    'rs1: each copy of C lowers ARSA by 1.40 (± 0.12); -log10 p 23.28 over 1 dataset, 9.77 in the best single one (tuscany); finland let no row about it out.',
  );
});

test('the table is sorted by strength and tells the genome-wide from the suggestive', () => {
  const [, first = '', second = ''] = formatHits(parseHits(TSV)).split('\n');
  expect(first).toMatch(/^rs1 .*genome-wide/);
  expect(second).toMatch(/^rs2 .*suggestive/);
});

test('without hits there is nothing to tell', () => {
  expect(topInWords(parseHits(`${HEADER}\n`), 'ARSA')).toBeUndefined();
});
