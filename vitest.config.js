import { defineConfig } from 'vitest/config';

// The tests run compiled: Piscina's workers are loaded as JavaScript, so what is tested is what ships.
export default defineConfig({
  test: { include: ['dist/tests/**/*.test.js'], testTimeout: 60_000, maxWorkers: '100%' },
});
