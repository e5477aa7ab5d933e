import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { expect } from 'chai';
import { markdown } from './support/markdown.js';

const readme = markdown.get('README.md') ?? '';
const [first = '', ...others] = [...readme.matchAll(/^```js\n([^]*?)^```/gm)].map(([, code = '']) => code);
const [, printed = ''] = /^```text\n([^]*?)^```/m.exec(readme) ?? [];

/** What a snippet takes for granted, because one before it has made it. */
const shownBefore: Readonly<Record<string, string>> = {
  connectUnit: `import { connectUnit } from 'unitlink';`,
  credentials: `const credentials = (await import('unitlink')).fileCredentials({
  ca: 'certs/ca.pem', cert: 'certs/unit.pem', key: 'certs/unit.key' });`,
  systemId: `const systemId = 'unit-1';`,
  unit: `const unit = connectUnit({ systemId, credentials });`,
};

/** What shows that a snippet works that goes on forever. */
const afterUnit = `await unit.send({ messageType: 'alerts', items: [] }).acknowledged; await unit.stop();`;
const afterDashboard = `await new Promise((fresh) => units$.subscribe(({ status }) => status === 'fresh' && fresh()));
dashboard.stop(); await server.stop();`;

const whole = (code: string): string => {
  const declared = (name: string) => new RegExp(`(?:const |import \\{[^}]*)\\b${name}\\b`).test(code);
  const end = code.includes('.stop()') ? '' : code.includes('const dashboard') ? afterDashboard : afterUnit;
  const names = Object.keys(shownBefore).filter((name) => !declared(name) && !(name === 'unit' && end !== afterUnit));
  return [...names.map((name) => shownBefore[name]), code, end].join('\n');
};

const start = (args: readonly string[], cwd: string): ChildProcessByStdio<null, Readable, Readable> =>
  spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });

describe('the code in the README', () => {
  let folder = '';
  let cloud: ReturnType<typeof start>;

  before(async () => {
    // Inside the package, so that a program finds it by its name.
    folder = await mkdtemp(resolve('dist', 'readme-'));
    const ports = ['--port', '0', '--discovery-port', '0'];
    cloud = start([resolve('dist/package/cli.js'), 'cloud', '--certs', 'certs', ...ports], folder);
    await once(cloud.stdout, 'data');
    cloud.stdout.resume();
    cloud.stderr.resume();
  });

  after(async () => {
    cloud.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  const run = async (code: string): Promise<{ readonly exitCode: number | null; readonly text: string }> => {
    await writeFile(join(folder, 'program.mjs'), code);
    const child = start(['program.mjs'], folder);
    const chunks: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
    const [exitCode] = (await once(child, 'close')) as [number | null];
    return { exitCode, text: chunks.join('') };
  };

  it('begins with a program that prints what the page says', async () => {
    expect(await run(first)).to.deep.equal({ exitCode: 0, text: printed });
  }).timeout(60_000);

  it('imports all that it needs where it stands alone, the test of an app', () => {
    const test = others.find((code) => code.includes('startCloud')) ?? '';
    expect(test).to.include(`import { connectUnit } from 'unitlink';`);
  });

  it('is no more than the reader was shown', () => {
    expect(others).to.have.lengthOf(5);
    expect(first.split('\n').filter((line) => line.trim() !== '')).to.have.lengthOf.below(13);
  });

  for (const [index, code] of others.entries())
    it(`runs: snippet ${index + 2}`, async () => {
      const { exitCode, text } = await run(whole(code));
      expect(exitCode, text).to.equal(0);
    }).timeout(60_000);
});
