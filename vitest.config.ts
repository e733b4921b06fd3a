import { defineConfig } from 'vitest/config';

// Threads crash with Temporal's native module: forks.
const shared = { pool: 'forks', testTimeout: 120_000, hookTimeout: 180_000 } as const;

// Kills, cuts, reuse and the pages of docs take a quarter of an hour: in CI, or with CI=1.
const LONG = [
  'kills',
  'same-bits',
  'reuse',
  'adding-an-environment',
  'adding-an-analysis',
  'cli',
  'up',
];
const isShort = process.env['CI'] === undefined;

export default defineConfig({
  test: {
    ...shared,
    maxWorkers: 2,
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**'],
          sequence: { groupOrder: 0 },
        },
      },
      {
        // Whole worlds of real processes: one after the other, when nothing else runs.
        test: {
          ...shared,
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: isShort ? LONG.map((name) => `test/e2e/${name}.test.ts`) : [],
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 300_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
