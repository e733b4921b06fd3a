import { expect, it } from 'vitest';
import { negLog10P } from '../../../gate/rules/tail.js';

/** Two-sided -log10 p of Student's t, by 50-digit arithmetic. */
const GOLDEN = [
  [0.1, 10, 0.0351180354724581],
  [2, 10, 1.13437474194543],
  [5.6, 349, 7.36166059472485],
  [60, 372, 192.657121602251],
  [40, 499_999, 348.580567947255],
  [60, 100_000, 769.856423408929],
  [0.001, 1_000_000, 3.4665503125944e-4],
] as const;

it.each(GOLDEN)('the tail at t = %d with %d degrees of freedom is %d', (t, df, expected) => {
  expect(Math.abs(negLog10P(t, df) / expected - 1)).toBeLessThan(1e-11);
  expect(negLog10P(-t, df)).toBe(negLog10P(t, df));
});

it('is 0 where there is no effect', () => {
  expect(negLog10P(0, 20)).toBe(0);
});
