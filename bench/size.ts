import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build, type Rolldown } from 'vite';
import { page, pageLimits } from './page-limits.js';

const entry = 'virtual:page.js';

/** As a bundler makes it that goes by its defaults, and so takes RxJS as ES5. */
const bundle = async (): Promise<Rolldown.OutputChunk> => {
  const built = (await build({
    configFile: false,
    logLevel: 'warn',
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

const judge = (what: string, code: string, limit: number): void => {
  const size = gzipSync(code, { level: 9 }).length;
  const [shown, most, raw] = [size, limit, code.length].map((bytes) => bytes.toLocaleString('en'));
  console.log(`${what}: ${shown} of ${most} bytes gzip, ${raw} minified`);
  if (size <= limit) return;
  console.error(`it is ${size - limit} bytes too large; npm run size -- --modules shows of what`);
  process.exitCode = 1;
};

const { values } = parseArgs({ options: { modules: { type: 'boolean', default: false } } });
judge('dist/browser/dashboard.js', readFileSync('dist/browser/dashboard.js', 'utf8'), pageLimits.standalone);
const chunk = await bundle();
judge('unitlink/dashboard in a bundle, RxJS as ES5', chunk.code, pageLimits.bundled);
if (values.modules) console.log(`bytes before minifying, the 40 largest modules of it:\n${moduleTable(chunk)}`);
