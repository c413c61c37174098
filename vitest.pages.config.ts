import { defineConfig } from 'vitest/config';

/** The built window in Debian's chromium against an answering stand-in (test/helpers/fake-host.ts). */
export default defineConfig({
  test: {
    include: ['test/pages/**/*.test.ts'],
    globalSetup: ['test/pages/setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 15_000 } },
    pool: 'forks',
    fileParallelism: false,
  },
});
