import { defineConfig } from 'vitest/config';

/** The built application in a real Electron under a display of its own, one file after the other. */
export default defineConfig({
  test: {
    include: ['test/e2e-app/**/*.test.ts'],
    globalSetup: ['test/e2e-app/helpers/setup.ts'],
    setupFiles: ['test/e2e-app/helpers/on-failure.ts'],
    testTimeout: 600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 60_000 } },
    pool: 'forks',
    fileParallelism: false,
  },
});
