import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/{unit,contract,golden,property,fault,security}/**/*.test.ts'],
    setupFiles: ['test/helpers/special-functions.ts'],
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // Native sessions and child processes: a process for each file keeps a crash in one from hiding another.
    pool: 'forks',
    maxWorkers: 2,
  },
});
