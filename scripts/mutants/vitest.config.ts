import { defineConfig } from 'vitest/config';
import { mutantPlugin } from './plugin.js';

export default defineConfig({
  plugins: [mutantPlugin(process.env['CLOISTER_MUTANT'])],
  test: {
    pool: 'forks',
    maxWorkers: 2,
    include: ['test/gate/**/*.test.ts'],
    exclude: ['test/gate/real-temporal.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
