import { defineConfig } from 'vitest/config';

/** The built window in Debian's chromium against an answering stand-in (test/helpers/fake-host.ts). */
export default defineConfig({
  test: {
    include: ['test/pages/**/*.test.ts'],
    globalSetup: ['test/pages/setup.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
    pool: 'forks',
    maxWorkers: 2,
  },
});
