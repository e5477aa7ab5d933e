import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { build } from 'vite';

describe('a bundle for browsers that imports unitlink', () => {
  let folder = '';

  before(async () => {
    // Inside the package, so that it is found by its name.
    folder = await mkdtemp(resolve('dist', 'browser-import-'));
  });

  after(async () => {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  it('is built, and ends in one sentence that names unitlink/dashboard', async () => {
    await writeFile(join(folder, 'page.js'), `import { connectUnit } from 'unitlink';\nconnectUnit({});\n`);
    await build({
      root: folder,
      configFile: false,
      logLevel: 'silent',
      build: { outDir: 'out', lib: { entry: 'page.js', formats: ['es'], fileName: 'page' } },
    });
    const { status, stderr } = spawnSync(process.execPath, [join(folder, 'out', 'page.js')], { encoding: 'utf8' });
    expect(status).to.equal(1);
    expect(stderr).to.include('Error: unitlink runs in Node, and this is a browser: a page imports unitlink/dashboard');
  });
});
