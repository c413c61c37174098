import { defineConfig } from 'vitest/config';

/** The built application in a real Electron under a display of its own, one file after the other. */
export default defineConfig({
  test: {
    include: ['test/e2e-app/**/*.test.ts'],
    globalSetup: ['test/e2e-app/helpers/setup.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    pool: 'forks',
    fileParallelism: false,
  },
});
