import { defineConfig } from 'vite';

/** One classic script and one style sheet: a browser loads no modules from `file://`. */
export default defineConfig({
  root: import.meta.dirname,
  publicDir: false,
  logLevel: 'error',
  build: {
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
  define: { 'process.env.NODE_ENV': '"production"' },
});
