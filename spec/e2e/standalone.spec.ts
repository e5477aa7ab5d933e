import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { startDashboard, valueTopic } from 'unitlink/testing';
import { launchChromium } from '../../examples/dashboard/chromium.js';

const page = (url: string): string => `<!doctype html><title>live</title><p></p><script type="module">
  import { connectDashboard } from '/dashboard.js';
  const shown = document.querySelector('p');
  connectDashboard({ url: '${url}' }).watch('temperature').subscribe(({ status, value }) => {
    shown.textContent = status + ' ' + value;
  });
</script>`;

describe('the file for pages without a bundler', () => {
  it('keeps a page live, also over a link that is cut', async () => {
    await using server = await startDashboard({ topics: { temperature: valueTopic() } });
    await server.publish('temperature', 20);
    const files = createServer(({ url }, response) => {
      const isFile = url === '/dashboard.js';
      response.setHeader('Content-Type', isFile ? 'text/javascript' : 'text/html');
      response.end(isFile ? readFileSync('dist/browser/dashboard.js') : page(server.url));
    }).listen(0, '127.0.0.1');
    await once(files, 'listening');
    const browser = await launchChromium();
    try {
      const tab = await browser.newPage();
      await tab.goto(`http://127.0.0.1:${(files.address() as AddressInfo).port}/`);
      await tab.getByText('fresh 20').waitFor();
      server.cut();
      await server.publish('temperature', 21);
      await tab.getByText('fresh 21').waitFor();
      expect(server.journal.subscribes).to.have.length(2);
    } finally {
      await browser.close();
      files.close();
    }
  });
});
