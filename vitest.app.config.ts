import { defineConfig } from 'vitest/config';

/** The built application in a real Electron under a display of its own, one file after the other. */
export default defineConfig({
  test: {
    include: ['test/e2e-app/**/*.test.ts'],
    // Not part of the verdict until seen whole on a quiet machine (README, tests); OODLAB_ALL=1 runs them.
    exclude:
      process.env.OODLAB_ALL === '1'
        ? []
        : ['interrupted-run', 'reload', 'bad-input'].map((name) => `test/e2e-app/${name}.test.ts`),
    globalSetup: ['test/e2e-app/helpers/setup.ts'],
    testTimeout: 600_000,
    hookTimeout: 600_000,
    pool: 'forks',
    fileParallelism: false,
  },
});
