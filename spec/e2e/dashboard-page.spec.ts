import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { count, filter, lastValueFrom, map, mergeMap, pairwise, range, startWith, take, takeWhile, timer } from 'rxjs';
import type { JournalEntry, TestDashboardServer } from 'unitlink/testing';
import { buildPage } from '../../examples/dashboard/build-page.js';
import { launchChromium } from '../../examples/dashboard/chromium.js';
import { startExample, type Example } from '../../examples/dashboard/start-example.js';
import { probePage, type PageProbe } from '../support/page-probe.js';

const widgets = ['fleet', 'usage', 'units', 'alerts'];

/** Clocks of the page are read to the second. */
const second = (at: number) => new Date(Math.floor(at / 1000) * 1000).toTimeString().slice(0, 8);

describe('the page of the dashboard', () => {
  let built: string;
  let browser: Browser;
  let example: Example;
  let page: Page;
  let probe: PageProbe;
  let navigations = 0;
  let errors: string[] = [];

  const badges = (status: string) => page.locator(`.badge[data-status=${status}]`);
  const all = (status: string) =>
    badges(status)
      .nth(widgets.length - 1)
      .waitFor();
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  const logged = (text: string | RegExp) => page.locator('link-log').getByText(text).first().waitFor();
  const metric = (name: string) => page.locator(`[data-metric=${name}] dd`).innerText();
  const chip = () => page.locator('connection-chip').getByRole('status').innerText();
  const server = (): TestDashboardServer => {
    const [first] = example.servers;
    if (first === undefined) throw new Error('no server');
    return first;
  };
  /** The last of so many entries in the journal of the server in use, from now on. */
  const noted = (kind: JournalEntry['kind'], times = 1) =>
    lastValueFrom(
      server().journal.entry$.pipe(
        filter((entry) => entry.kind === kind),
        take(times),
      ),
      {
        defaultValue: undefined,
      },
    );
  /** Open, and fresh. */
  const open = async (): Promise<void> => {
    await page.goto(example.url);
    await all('fresh');
    await probe.watch();
  };
  const isWithinWidth = async () =>
    page.evaluate<boolean>('document.documentElement.scrollWidth <= document.documentElement.clientWidth');

  before(async () => {
    built = await buildPage();
    browser = await launchChromium();
  });

  after(async () => {
    await browser.close();
  });

  beforeEach(async () => {
    example = await startExample({ page: built });
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    probe = await probePage(page);
    navigations = 0;
    errors = [];
    page.on('framenavigated', () => navigations++);
    page.on('pageerror', ({ message }) => errors.push(message));
    await open();
  });

  afterEach(async () => {
    await page.close();
    await example.stop();
    expect(navigations, 'it never reloads itself').to.equal(1);
    expect(errors).to.deep.equal([]);
  });

  it('takes the link up again when it is cut, and tells the server how it was lost', async () => {
    const report = noted('linkReport');
    await press('Cut');
    await logged(/^Recovered in/);
    await all('fresh');
    await logged(/^Lost: .*\(1006\)$/);
    expect(await metric('closures')).to.equal('1006 × 1');
    expect(await report)
      .to.have.property('report')
      .that.includes({ detectedBy: 'close', code: '1006' });
  });

  it('suspects a link that is silent, says since when all is stale, and comes back by itself', async () => {
    const from = Date.now();
    await press('Silence');
    await logged('Suspect (silence): opening another connection');
    expect(await chip()).to.equal('Live');
    await all('stale');
    const lost = Date.now();
    const texts = await badges('stale').allInnerTexts();
    for (const text of texts) {
      expect(text).to.match(/^Stale, as of \d\d:\d\d:\d\d$/);
      expect(text.slice(-8) <= second(lost), text).to.equal(true);
      expect(text.slice(-8) >= second(from - 2000), text).to.equal(true); // a heartbeat, and a second of rounding
    }
    await logged(/^Recovered in/);
    await all('fresh');
    expect(await metric('closures')).to.equal('silent × 1');
  });

  it('counts down while it is refused, and loses no filter, sort or time window', async () => {
    await page.getByLabel('Filter the units').fill('unit-0');
    await press('CPU');
    await press('CPU');
    await press('5 min');
    await page.getByText('of 9').waitFor();
    await all('fresh');
    await probe.watch();
    const before = server().journal.subscribes.length;
    await press('Refuse for 3 s');
    await all('stale');
    await page.getByText(/attempt \d+ of 10, next in \d s/).waitFor();
    await page.getByText(/^Connection lost/).waitFor();
    await page.getByRole('button', { name: 'Retry now' }).click();
    await logged(/^Recovered in/);
    await all('fresh');
    await page.getByText(/^Up to date again/).waitFor();
    for (const [widget, statuses] of Object.entries(await probe.shown()))
      expect(statuses.slice(0, 2), widget).to.deep.equal(['fresh', 'stale']);
    const again = server().journal.subscribes.slice(before);
    expect(again.map(({ topic }) => topic).sort()).to.deep.equal([...widgets].sort());
    expect(again.find(({ topic }) => topic === 'units')?.params).to.include({ filter: 'unit-0', sort: '-cpu' });
    expect(again.find(({ topic }) => topic === 'usage')?.params).to.include({ window: 300_000 });
    expect(await page.getByLabel('Filter the units').inputValue()).to.equal('unit-0');
    expect(await page.getByRole('columnheader', { name: 'CPU' }).getAttribute('aria-sort')).to.equal('descending');
    expect(await page.getByRole('button', { name: '5 min', exact: true }).getAttribute('aria-pressed')).to.equal(
      'true',
    );
  });

  it('goes on at another server when its own dies, and misses nothing', async () => {
    const [dies, next] = example.servers;
    await press('Fail over');
    await page.locator('connection-chip').getByText('a-2').waitFor();
    await logged(/^Recovered in/);
    await all('fresh');
    expect(dies?.journal.closures).to.have.length(1);
    expect(next?.journal.answers.map(({ answer }) => answer)).to.deep.equal(widgets.map(() => 'resumed'));
    expect(await metric('replayed')).to.equal('4');
  });

  it('moves away from a server that goes away before it does: nothing is stale for a moment', async () => {
    await press('Drain');
    await logged('Moved to a-2, without a break');
    await all('fresh');
    for (const statuses of Object.values(await probe.shown())) expect(statuses).not.to.include('stale');
    expect(await metric('closures')).to.equal('none');
  });

  it('finds what was not sent, and asks again for that alone', async () => {
    const before = server().journal.subscribes.length;
    await press('Skip updates');
    await logged('Usage: something is missing, asked again');
    await all('fresh');
    expect(server().journal.subscribes.slice(before)).to.have.length(1).with.nested.property('0.topic', 'usage');
    for (const [widget, statuses] of Object.entries(await probe.shown()))
      if (widget !== 'usage') expect(statuses, widget).to.deep.equal(['fresh']);
    expect(await metric('gaps')).to.equal('1');
  });

  it('marks what is lost for good, in words as well', async () => {
    await press('Lose 6 s');
    await logged(/^Recovered in/);
    await all('fresh');
    await page.getByRole('img', { name: /lost from \d\d:\d\d:\d\d to \d\d:\d\d:\d\d/ }).waitFor();
    expect(Number(await metric('snapshots'))).to.be.greaterThan(0);
  });

  it('tells a silent source from a lost link', async () => {
    await press('Stop the unit');
    await page.locator('[data-name=usage] .badge').getByText('Source silent, as of').waitFor();
    expect(await page.locator('[data-name=alerts] .badge').innerText()).to.equal('Fresh');
    expect(await chip()).to.equal('Live');
    await press('Stop the unit');
    await all('fresh');
  });

  it('is up to date when it is seen again, whatever happened while it was hidden', async () => {
    await probe.hide(true);
    const seen = await page.locator('unit-table').innerText();
    const closed = noted('closure');
    const resumed = noted('answer', widgets.length);
    server().cut();
    await closed;
    await resumed;
    expect(await page.locator('unit-table').innerText(), 'nothing is drawn').to.equal(seen);
    await probe.hide(false);
    await logged(/^Recovered in/);
    await all('fresh');
  });

  it('pauses after five minutes behind another tab, says so, and comes back', async () => {
    await page.clock.install();
    navigations = 0;
    await open();
    await probe.hide(true);
    await page.clock.fastForward(301_000);
    await page.waitForFunction('true');
    await probe.hide(false);
    await logged('Paused while the page was hidden');
    await all('fresh');
    expect(await chip()).to.equal('Live');
  });

  it('has a name for every control, headings in order, and says where the link stands, without the countdown', async () => {
    const tree = await page.locator('body').ariaSnapshot();
    expect(tree).to.match(/- status: Live/);
    const unnamed = tree
      .split('\n')
      .filter((line) => /- (button|searchbox|link|img|region|table|navigation)(:|$| \[)/.test(line));
    expect(unnamed).to.deep.equal([]);
    const headings = [...tree.matchAll(/- heading "([^"]+)" \[level=(\d)\]/g)].map(
      ([, name, level]) => `${level} ${name}`,
    );
    expect(headings).to.deep.equal([
      ...['1 Fleet', '2 Break it', '2 All units', '2 Usage', '2 Units', '2 Alerts', '2 Link events', '2 Metrics'],
    ]);
    await press('Refuse for 3 s');
    await all('stale');
    await all('fresh');
    const said = await probe.said();
    expect(said[0]).to.equal('Live');
    expect(said.at(-1)).to.equal('Live');
    expect(said).to.include('Reconnecting');
    expect(said.filter((text) => !['Live', 'Connecting', 'Reconnecting'].includes(text))).to.deep.equal([]);
    expect(said.length, said.join()).to.be.lessThan(6); // not once an attempt
  });

  it('is used with the keyboard alone, and shows where it is', async () => {
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').innerText()).to.equal('Skip to the content');
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').innerText()).to.equal('Cut');
    expect(await page.evaluate<string>('getComputedStyle(document.activeElement).outlineStyle')).to.equal('solid');
    await page.keyboard.press('Enter');
    await logged(/^Recovered in/);
    await page.getByRole('button', { name: 'Unit', exact: true }).focus();
    await page.keyboard.press('Space');
    await page.locator('th[aria-sort=descending]', { hasText: 'Unit' }).waitFor();
    await page.getByRole('button', { name: 'unit-12', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('img', { name: 'CPU and memory of unit-12 over time' }).waitFor();
  });

  it('fits on 360 pixels, live and lost', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    await page.waitForFunction('document.querySelector(".plot canvas").clientWidth < 360');
    expect(await isWithinWidth()).to.equal(true);
    await press('Refuse for 3 s');
    await page.getByRole('button', { name: 'Retry now' }).waitFor();
    await page.getByText(/^Connection lost/).waitFor();
    expect(await isWithinWidth()).to.equal(true);
    await all('fresh');
  });

  for (const colorScheme of ['light', 'dark'] as const)
    it(`can be read where it is ${colorScheme}, fresh and stale`, async () => {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const contrasts = () =>
        page.evaluate<{ text: string; ratio: number }[]>(`(() => {
          const pixel = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
          const light = (colours) => {
            pixel.clearRect(0, 0, 1, 1);
            for (const [colour, opacity] of colours) {
              pixel.globalAlpha = opacity;
              pixel.fillStyle = colour;
              pixel.fillRect(0, 0, 1, 1);
            }
            const [r, g, b] = [...pixel.getImageData(0, 0, 1, 1).data].map((part) => {
              const c = part / 255;
              return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
            });
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          const texts = [...document.querySelectorAll('.badge span, .chip span, h2, dt, dd, td, th button, li p, time, .quiet, .legend b')];
          return texts.filter((it) => it.textContent.trim() && it.checkVisibility()).map((it) => {
            const ground = [];
            let opacity = 1;
            for (let up = it; up; up = up.parentElement) {
              const style = getComputedStyle(up);
              ground.unshift([style.backgroundColor, 1]);
              opacity *= Number(style.opacity);
            }
            const [one, other] = [light(ground), light([...ground, [getComputedStyle(it).color, opacity]])];
            return { text: it.textContent.trim(), ratio: (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05) };
          });
        })()`);
      const pale = async () => (await contrasts()).filter(({ ratio }) => ratio < 4.5);
      expect(await pale()).to.deep.equal([]);
      await press('Refuse for 3 s');
      await all('stale');
      expect(await pale()).to.deep.equal([]);
      const ground = await page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor');
      expect(ground).to.equal(colorScheme === 'light' ? 'rgb(245, 246, 248)' : 'rgb(13, 16, 20)');
      await all('fresh');
    });

  it('draws at most 70 times a second, and answers keys, while 5,000 updates a second come', async () => {
    await example.stop();
    example = await startExample({ page: built, units: 1 });
    navigations = 0;
    await open();
    const start = Date.now();
    const due = () => Math.min(20_000, Math.ceil((Date.now() - start) * 5));
    const updates$ = timer(0, 4).pipe(
      map(due),
      startWith(0),
      pairwise(),
      takeWhile(([sent]) => sent < 20_000),
      mergeMap(([sent, next]) => range(sent, next - sent)),
      mergeMap((n) => server().publish('usage', { unit: 'unit-01', point: [start + n / 5, n % 100, 50] })),
    );
    const published = lastValueFrom(updates$.pipe(count()), { defaultValue: 0 }).then((all) => ({
      all,
      rate: (1000 * all) / (Date.now() - start),
    }));
    await page.getByLabel('Filter the units').pressSequentially('unit-01', { delay: 250 });
    await page.getByText('1–1 of 1', { exact: true }).waitFor();
    const { all: sent, rate } = await published;
    expect(sent).to.equal(20_000);
    const draws = await probe.mostDraws();
    const keys = await probe.keys();
    const most = (values: readonly number[]) => Math.max(...values).toFixed(1);
    console.log(
      `      ${rate.toFixed(0)} updates/s: at most ${draws} draws/s; ${keys.length} keys, each handled within ` +
        `${most(keys.map(({ delay }) => delay))} ms, and in a frame within ${most(keys.map(({ frame }) => frame))} ms`,
    );
    expect(keys).to.have.length(7);
    expect(draws).to.be.within(1, 70);
  });

  it('lets nobody else break things, and offers no buttons where nothing can be broken', async () => {
    const cut = (headers: Record<string, string>) => fetch(`${example.url}faults/cut`, { method: 'POST', headers });
    expect((await cut({ origin: 'http://example.com' })).status).to.equal(403);
    expect((await cut({})).status).to.equal(204);
    await page.route('**/faults', (route) => route.fulfill({ status: 404 }));
    navigations = 0;
    await open();
    expect(await page.getByRole('heading', { name: 'Break it' }).count()).to.equal(0);
  });

  it('works without a storage', async () => {
    await page.addInitScript(
      `Object.defineProperty(globalThis, 'sessionStorage', { get: () => { throw new Error('forbidden'); } })`,
    );
    navigations = 0;
    await open();
    await press('Cut');
    await logged(/^Recovered in/);
    await all('fresh');
  });
});
