import { defineConfig } from 'vitest/config';

/** Whole programs: the command line in real processes, one file after the other. */
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.test.ts'],
    testTimeout: 900_000,
    hookTimeout: 900_000,
    pool: 'forks',
    fileParallelism: false,
  },
});
