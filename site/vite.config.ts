import { defineConfig } from 'vite';

/** One classic script and one style sheet: a browser loads no modules from `file://`. */
export default defineConfig({
  root: import.meta.dirname,
  publicDir: false,
  logLevel: 'error',
  build: {
    // `npm run build:site` builds into a folder that takes the place of `dist` when all of it is there. Seen from this folder.
    outDir: process.env.SITE_OUT ?? '../dist/site',
    emptyOutDir: true,
    target: 'es2022',
    chunkSizeWarningLimit: 2000,
    lib: {
      entry: 'main.tsx',
      formats: ['iife'],
      name: 'dirtybenchSite',
      fileName: () => 'site.js',
      cssFileName: 'site',
    },
  },
  // Vite leaves this in a library for those who bundle it; here nobody does, and a browser has no `process`.
  define: { 'process.env.NODE_ENV': '"production"' },
});
