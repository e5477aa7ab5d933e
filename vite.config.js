import { minify } from 'terser';
import { defaultClientConditions, defineConfig } from 'vite';

/**
 * RxJS takes an async iterable or a stream wherever it takes an Observable. Nothing gives a dashboard one, and what reads
 * them is 800 bytes of the file.
 */
const withoutAsyncIterables = {
  name: 'without-async-iterables',
  transform: {
    filter: { id: /rxjs.*innerFrom\.js$/ },
    handler: (code) => {
      const less = code.replace(/if \((?:isAsyncIterable|isReadableStreamLike)\(input\)\) \{[^{}]*\}/g, '');
      if (less === code) throw new Error('innerFrom of RxJS does not read async iterables as it did');
      return { code: less, map: null };
    },
  },
};

/** What vite has minified loses 320 bytes more, after gzip. */
const minifiedAgain = {
  name: 'minified-again',
  generateBundle: async (_options, bundle) => {
    for (const chunk of Object.values(bundle)) {
      const { code } = await minify(chunk.code, { module: true, ecma: 2020, compress: { passes: 3 } });
      chunk.code = code;
    }
  },
};

/** Makes dist/browser/dashboard.js: `unitlink/dashboard` and its RxJS as one file, for pages without a bundler. */
export default defineConfig({
  logLevel: 'warn',
  publicDir: false,
  plugins: [withoutAsyncIterables, minifiedAgain],
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
