import { dirname, relative } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

/** Where the compiled files lie. */
const built = process.env.WORKER_OUT ?? 'dist';
const folder = `${import.meta.dirname}/${built}/measure`;

/** A module that was put into the one file finds what lies beside it (threads' scripts, WebAssembly, traces) where it lay before. */
const whereItLay: Plugin = {
  name: 'where-it-lay',
  enforce: 'pre',
  transform(code, id) {
    if (!code.includes('import.meta.url')) return null;
    const url = JSON.stringify(`./${relative(folder, id)}`);
    return { code: code.replaceAll('import.meta.url', `new URL(${url}, import.meta.url).href`), map: null };
  },
};

/**
 * What runs a round, as one file: each round has an isolate of its own, and to load a hundred modules into each took longer than
 * most rounds.
 */
export default defineConfig({
  root: dirname(folder),
  logLevel: 'error',
  plugins: [whereItLay],
  build: {
    ssr: 'measure/worker.js',
    outDir: 'measure',
    emptyOutDir: false,
    minify: false,
    target: 'node20',
    rolldownOptions: {
      // V8 takes a `const` of a module for what it is, and must look up a `var`.
      output: { entryFileNames: 'worker-bundle.js', chunkFileNames: 'worker-[name].js', topLevelVar: false },
    },
  },
});
