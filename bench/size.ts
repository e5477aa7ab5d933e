import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build, defaultClientConditions, type Rolldown } from 'vite';

/** What a page pays for a live dashboard, RxJS included: bytes after gzip, by how its bundler resolves RxJS. */
const bundles = [
  { name: 'as vite resolves RxJS by itself (ES5)', conditions: [], limit: 16_400 },
  { name: 'with the condition es2015', conditions: ['es2015'], limit: 14_900 },
];
const entry = 'virtual:page.js';
const page = `
  import { connectDashboard, latest, rows, series } from 'unitlink/dashboard';
  globalThis.page = { connectDashboard, latest, rows, series };
`;

const bundle = async (conditions: readonly string[]): Promise<Rolldown.OutputChunk> => {
  const built = (await build({
    configFile: false,
    logLevel: 'warn',
    resolve: { conditions: [...defaultClientConditions, ...conditions] },
    build: { write: false, target: 'es2022', modulePreload: false, rolldownOptions: { input: entry } },
    plugins: [
      {
        name: 'page',
        enforce: 'pre',
        resolveId: (id) => (id === entry ? `${process.cwd()}/${entry}` : null),
        load: (id) => (id.endsWith(entry) ? page : null),
      },
    ],
  })) as Rolldown.RolldownOutput;
  const [chunk, ...more] = built.output;
  if (more.length > 0)
    throw new Error(`one file was expected, there are also ${more.map(({ fileName }) => fileName).join(', ')}`);
  return chunk;
};

const moduleTable = ({ modules }: Rolldown.OutputChunk): string =>
  Object.entries(modules)
    .map(([file, { renderedLength }]) => [renderedLength, file.replace(/^.*?\/(node_modules|dist)\//, '')] as const)
    .sort(([one], [other]) => other - one)
    .slice(0, 40)
    .map(([length, file]) => `  ${String(length).padStart(6)}  ${file}`)
    .join('\n');

const { values } = parseArgs({ options: { modules: { type: 'boolean', default: false } } });
for (const { name, conditions, limit } of bundles) {
  const chunk = await bundle(conditions);
  const size = gzipSync(chunk.code, { level: 9 }).length;
  const [shown, most, raw] = [size, limit, chunk.code.length].map((bytes) => bytes.toLocaleString('en'));
  console.log(`unitlink/dashboard ${name}: ${shown} of ${most} bytes gzip, ${raw} minified`);
  if (values.modules) console.log(`bytes before minifying, the 40 largest modules:\n${moduleTable(chunk)}`);
  if (size > limit) {
    console.error(`it is ${size - limit} bytes too large; npm run size -- --modules shows of what`);
    process.exitCode = 1;
  }
}
