import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { filter, firstValueFrom } from 'rxjs';
import { connectDashboard } from '../lib/dashboard/index.js';
import { markdown } from './support/markdown.js';

const blockOf = (language: string): string =>
  new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'm').exec(markdown.get('docs/recipes/servers.md') ?? '')?.[1] ??
  '';

describe('the page and its server, with Node alone', () => {
  it('run as they are shown', async () => {
    const listens = `http.listen(8080, '127.0.0.1');`;
    const server = blockOf('js');
    expect(server).to.include(listens);
    // Inside the package, so that the program finds it by its name.
    const folder = await mkdtemp(resolve('dist', 'recipe-'));
    const anyPort = `http.listen(0, '127.0.0.1', () => console.log(http.address().port));`;
    await writeFile(join(folder, 'server.mjs'), server.replace(listens, anyPort));
    await writeFile(join(folder, 'page.html'), blockOf('html'));
    const child = spawn(process.execPath, ['server.mjs'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
    let dashboard: ReturnType<typeof connectDashboard> | undefined;
    try {
      const [port] = (await once(child.stdout, 'data')) as [Buffer];
      const origin = `127.0.0.1:${Number(port.toString())}`;
      expect(await (await fetch(`http://${origin}/`)).text()).to.equal(blockOf('html'));
      dashboard = connectDashboard({ url: `ws://${origin}/live` });
      const value$ = dashboard.watch<number>('temperature').pipe(filter(({ status }) => status === 'fresh'));
      expect((await firstValueFrom(value$, { defaultValue: { value: -1 } })).value).to.be.within(15, 25);
    } finally {
      dashboard?.stop();
      child.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  }).timeout(60_000);
});
