import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/stands/global-setup.ts'],
    // Own processes: what one test file does to its process (signals, sockets, timers) concerns no other.
    pool: 'forks',
    maxWorkers: 3,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    sequence: { shuffle: false, concurrent: false },
  },
});
