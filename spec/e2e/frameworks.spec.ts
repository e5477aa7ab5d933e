import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import {
  seriesTopic,
  startDashboard,
  stateTopic,
  type TestDashboardServer,
  valueTopic,
  type DashboardServerOptions,
} from 'unitlink/testing';
import { launchChromium } from '../../examples/dashboard/chromium.js';
import { servePage } from '../../examples/dashboard/serve-page.js';
import { buildPages, frameworks } from '../../examples/frameworks/build-pages.js';

/** Angular compiles its templates in the page. */
const policy = "default-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'";

const updates = 1000;
const cuts = 10;
const regions = ['eu-north', 'eu-south', 'us'];

describe('pages in the habits of the frameworks', function () {
  this.timeout(120_000);
  let built: string;
  let browser: Browser;
  let server: TestDashboardServer;
  let random: () => number;
  let errors: string[];

  const row = (id: number, load: number) => ({ id, region: regions[id % regions.length], load });
  const shown = (page: Page): Promise<string> => page.locator('[data-status=fresh]').innerText();
  const setParams = async (page: Page) => {
    await page.getByLabel('Filter').fill('eu');
    await page.getByRole('button', { name: 'Sort by load' }).click();
    await page.getByRole('button', { name: 'Next page' }).click();
    await page.getByText(/ in 10 of \d+$/).waitFor();
  };
  const open = async (url: string): Promise<Page> => {
    const page = await browser.newPage();
    page.on('pageerror', ({ message }) => errors.push(message));
    await page.goto(url);
    await page.locator('[data-status=fresh]').waitFor();
    await setParams(page);
    return page;
  };
  /** Of a hundred units one is published again, or removed, or comes back. */
  const update = () => {
    const id = Math.floor(random() * 100);
    return random() < 0.1
      ? server.remove('units', String(id))
      : server.publish('units', row(id, Math.floor(random() * 1000)));
  };

  before(async () => {
    built = await buildPages();
    browser = await launchChromium();
  });

  after(async () => {
    await browser.close();
  });

  beforeEach(async () => {
    errors = [];
    let state = 1;
    random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
    const answer = servePage(built, policy);
    const onRequest: DashboardServerOptions['onRequest'] = (request, response) => {
      if (!answer(request, response)) response.writeHead(404).end();
    };
    server = await startDashboard({
      topics: { units: stateTopic(), load: seriesTopic({ window: 3_600_000 }), mode: valueTopic() },
      onRequest,
    });
    for (let id = 0; id < 100; id++) await server.publish('units', row(id, id * 7));
  });

  afterEach(async () => {
    await server.stop();
    expect(errors).to.deep.equal([]);
  });

  it('show a value with their smallest component, also the next one after a cut', async () => {
    await server.publish('mode', 'day');
    const page = await browser.newPage();
    page.on('pageerror', ({ message }) => errors.push(message));
    await page.goto(`${server.origin}/smallest/`);
    const all = (mode: string) =>
      page
        .locator('output[data-status=fresh]')
        .filter({ hasText: mode })
        .nth(frameworks.length - 1)
        .waitFor();
    await all('day');
    server.cut();
    await server.publish('mode', 'night');
    await all('night');
    await page.close();
  });

  for (const framework of frameworks)
    it(`${framework} shows what a page opened later shows, after ${updates} updates and ${cuts} cuts`, async () => {
      const url = `${server.origin}/${framework}/`;
      const page = await open(url);
      const begun = Date.now();
      for (let step = 0; step < updates; step++) {
        await update();
        await server.publish('load', [begun + step, Math.floor(random() * 10_000)]);
        if (step % (updates / cuts) === updates / cuts / 2) server.cut();
        if (step % 50 === 0) await page.locator('[data-status=fresh]').waitFor();
      }
      const later = await open(url);
      const expected = await shown(later);
      const isEqual = `document.querySelector('[data-status=fresh]')?.innerText === ${JSON.stringify(expected)}`;
      await page.waitForFunction(isEqual, undefined, { timeout: 10_000 }).catch(() => undefined);
      expect(await shown(page)).to.equal(expected);
      await page.close();
      await later.close();
    });
});
