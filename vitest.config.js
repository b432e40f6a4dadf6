import { defineConfig } from 'vitest/config';

/** Folders whose tests neither start nor leave anything behind: a process may run many of their files, and loads what they share once. */
const pure = ['base', 'reports', 'results', 'workloads'].map((folder) => `dist/tests/${folder}/**/*.test.js`);
/** Tests of ten seconds and more, most of them of whole programs: `npm test` leaves them to `npm run test:all`. */
const long = ['dist/tests/**/*.long.test.js'];

// The tests run compiled: Piscina's workers are loaded as JavaScript, so what is tested is what ships.
export default defineConfig({
  test: {
    // Some tests and what they prepare start thirty processes: on a busy machine with two cores they take a minute.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // What is polled for comes from another process, which may wait for a core.
    expect: { poll: { timeout: 30_000 } },
    maxWorkers: '100%',
    projects: [
      { extends: true, test: { name: 'pure', include: pure, exclude: long, isolate: false } },
      { extends: true, test: { name: 'whole', include: ['dist/tests/**/*.test.js'], exclude: [...pure, ...long] } },
      { extends: true, test: { name: 'long', include: long } },
    ],
  },
});
