import { expect } from 'chai';
import { buildPage } from '../../examples/dashboard/build-page.js';
import { launchChromium } from '../../examples/dashboard/chromium.js';
import { startExample } from '../../examples/dashboard/start-example.js';

const widgets = 4;

describe('the page of the dashboard, left and come back to', () => {
  it('was frozen in the cache of the browser, has kept what it showed, and is fresh on a new link', async () => {
    const example = await startExample({ page: await buildPage() });
    const browser = await launchChromium();
    try {
      const tab = await browser.newPage();
      const fresh = () =>
        tab
          .locator('.badge[data-status=fresh]')
          .nth(widgets - 1)
          .waitFor();
      await tab.goto(example.url);
      await fresh();
      await tab.getByLabel('Filter the units').fill('unit-0');
      await tab.getByText('of 9').waitFor();
      await tab.evaluate(`
        globalThis.seen = [];
        document.addEventListener('freeze', () => seen.push('freeze'));
        addEventListener('pageshow', ({ persisted }) => seen.push(persisted ? 'kept' : 'anew'));
      `);

      const hellos = () => example.servers.reduce((sum, { journal }) => sum + journal.hellos.length, 0);
      const before = hellos();
      await tab.goto(`${example.servers[0]?.origin ?? ''}/healthz`);
      await tab.goBack({ waitUntil: 'commit' });

      await tab.waitForFunction('seen.length === 2');
      expect(await tab.evaluate('seen')).to.deep.equal(['freeze', 'kept']);
      await fresh();
      expect(hellos()).to.equal(before + 1);
      expect(await tab.getByLabel('Filter the units').inputValue()).to.equal('unit-0');
      await tab.getByText('of 9').waitFor();
    } finally {
      await browser.close();
      await example.stop();
    }
  });
});
