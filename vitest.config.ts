import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'node',
    include: ['test/**/*.test.ts'],
    // A busy machine takes ten times as long: only what hangs ends by time.
    testTimeout: 240_000,
    hookTimeout: 240_000,
  },
});
