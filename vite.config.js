import { defaultClientConditions, defineConfig } from 'vite';

/** Makes dist/browser/dashboard.js: `unitlink/dashboard` and its RxJS as one file, for pages without a bundler. */
export default defineConfig({
  logLevel: 'warn',
  publicDir: false,
  resolve: { conditions: [...defaultClientConditions, 'es2015'] },
  build: {
    target: 'es2022',
    outDir: 'dist/browser',
    modulePreload: false,
    rolldownOptions: {
      input: 'dist/lib/dashboard/standalone.js',
      preserveEntrySignatures: 'strict',
      output: { entryFileNames: 'dashboard.js' },
    },
  },
});
