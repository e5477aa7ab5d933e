import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, relative, resolve } from 'node:path';
import { defineConfig, minifySync } from 'vite';

/** A module and all that it imports, apart from what it loads later. */
const reached = (module, all = new Set()) => {
  if (all.has(module)) return all;
  all.add(module);
  const imports = readFileSync(module, 'utf8').matchAll(/^(?:import|export) [^;]*?'(\.[^']+)'/gms);
  for (const [, path] of imports) reached(resolve(dirname(module), path), all);
  return all;
};

const unit = reached(resolve('dist/lib/index.js'));
const dashboard = reached(resolve('dist/lib/dashboard/index.js'));

/** A file of the package and all that it imports, at once or later. */
const chunksFrom = (bundle, fileName, all = new Set()) => {
  const { imports, dynamicImports } = bundle[fileName] ?? {};
  if (imports === undefined || all.has(fileName)) return all;
  all.add(fileName);
  for (const next of [...imports, ...dynamicImports]) chunksFrom(bundle, next, all);
  return all;
};

/**
 * What no person reads: the compiled validators, half of what a process reads when it imports the package, and what draws
 * `unitlink top`, mostly of others. The demo can be read as an example. What only the command needs is shortened as well, but
 * for the names that a stack shows.
 */
const shortened = {
  name: 'shortened',
  generateBundle: (_options, bundle) => {
    const ofEntries = Object.values(bundle)
      .filter(({ isEntry, name }) => isEntry && name !== 'cli')
      .map(({ fileName }) => chunksFrom(bundle, fileName));
    const isOfTheCommand = (file) => !ofEntries.some((files) => files.has(file));
    const keepNames = { function: true, class: true };
    const toBeNamed = { module: true, mangle: { toplevel: true, keepNames }, compress: { keepNames } };
    for (const chunk of Object.values(bundle))
      if (/(validators|cli-top-screen|^demo)\.js$/.test(chunk.fileName))
        chunk.code = minifySync(chunk.fileName, chunk.code, { module: true }).code;
      else if (chunk.type === 'chunk' && isOfTheCommand(chunk.fileName))
        chunk.code = minifySync(chunk.fileName, chunk.code, toBeNamed).code;
  },
};

/**
 * One small function of ajv is all that the validators need. What draws `unitlink top` is 40 kB in a file that only this
 * loads, rather than 16 packages that every installation would have.
 */
const isPartOfThePackage = (id, importer = '') =>
  id.startsWith('ajv/dist/runtime/') ||
  ['ansi-escapes', 'log-update', 'slice-ansi'].includes(id) ||
  (importer.includes('/node_modules/') && !isBuiltin(id));

/**
 * Makes dist/package, the JavaScript of the package: a file for each entry, and what entries share in files of its own, so
 * that each class exists once. A process reads a few files in a fraction of the time that it takes for each module.
 */
export default defineConfig({
  logLevel: 'warn',
  publicDir: false,
  plugins: [shortened],
  ssr: { noExternal: true },
  build: {
    ssr: true,
    target: 'node20',
    outDir: 'dist/package',
    minify: false,
    license: { fileName: 'licenses.md' }, // of what is built in
    rolldownOptions: {
      input: {
        index: 'dist/lib/index.js',
        dashboard: 'dist/lib/dashboard/index.js',
        server: 'dist/lib/server/index.js',
        testing: 'dist/lib/testing/index.js',
        otel: 'dist/lib/observability/otel.js',
        prom: 'dist/lib/observability/prom.js',
        cli: 'dist/lib/cli/main.js',
        demo: 'dist/examples/one-day.js',
      },
      external: (id, importer) => !/^[./]/.test(id) && !isPartOfThePackage(id, importer),
      preserveEntrySignatures: 'strict',
      output: {
        comments: { legal: true, annotation: true, jsdoc: false }, // for people there are the declarations
        entryFileNames: '[name].js',
        chunkFileNames: ({ facadeModuleId, name }) =>
          facadeModuleId
            ? `${relative(resolve('dist/lib'), facadeModuleId).replaceAll('/', '-').replace(/\.js$/, '')}.js`
            : `${name}.js`,
        codeSplitting: {
          groups: [
            { name: 'validators', test: (id) => unit.has(id) && id.includes('/protocol/compiled/'), priority: 3 },
            { name: 'dashboard-validators', test: /\/protocol\/compiled\/subscription/, priority: 3 },
            { name: 'shared', test: (id) => unit.has(id) && dashboard.has(id), priority: 2 },
            { name: 'unit', test: (id) => unit.has(id), priority: 1 },
          ],
        },
      },
    },
  },
});
