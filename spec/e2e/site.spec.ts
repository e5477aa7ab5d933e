import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { expect } from 'chai';
import type { Browser, Frame, Page } from 'playwright-core';
import { launchChromium } from '../../examples/dashboard/chromium.js';
import { servePage } from '../../examples/dashboard/serve-page.js';

/**
 * VitePress has a script in each page that sets the theme before the first paint; the playground compiles the schema of
 * scenarios.
 */
const policy =
  "default-src 'self'; img-src 'self' data:; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'";

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A page of each kind. */
const kinds = {
  'the first page': '/',
  'the list of pages': '/contents.html',
  'a page with a marble diagram': '/guide/delivery.html',
  'a page with a flowchart': '/architecture.html',
  'a page of wide tables': '/behaviour.html',
  'a page with screenshots': '/dashboard.html',
  'a recipe': '/recipes/frameworks.html',
  'the playground': '/playground.html',
  'a message type': '/api/messages/alerts.html',
  'a function of the package': '/api/unitlink/functions/connectUnit.html',
  'an entry of the package': '/api/unitlink/index.html',
};

/** What people look for, and where it is. */
const found = { nack: '/guide/delivery', proxy: '/guide/connection', React: '/recipes/frameworks' };

/** Scenarios, each of which needs other parts of the unit and its cloud. */
const stories = ['delivery/nack', 'discovery/redirect', 'rotation/make-before-break', 'worst-days/half-open-link'];

const readers = {
  'on a desktop in light colours': { viewport: { width: 1440, height: 900 }, theme: 'light' },
  'on a phone in dark ones': { viewport: { width: 390, height: 844 }, theme: 'dark' },
} as const;

describe('the documentation site', function () {
  this.timeout(300_000);
  let output: string;
  let server: Server;
  let origin: string;
  let browser: Browser;
  let errors: string[];

  const open = async (
    path: string,
    viewport = { width: 1440, height: 900 },
    colorScheme: 'light' | 'dark' = 'light',
  ) => {
    const page = await browser.newPage({ viewport, colorScheme, reducedMotion: 'reduce' });
    page.on('pageerror', ({ message }) => errors.push(message));
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    await page.goto(origin + path);
    return page;
  };

  /** What a person with a disability could not use, in a page or a frame of it. */
  const faultsOf = async (page: Page | Frame): Promise<readonly string[]> => {
    await page.evaluate(axe);
    return page.evaluate<string[]>(
      `axe.run().then(({ violations }) => violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => id + ': ' + target.join(' ') + ' ' + failureSummary)))`,
    );
  };

  before(async () => {
    const { stdout, stderr } = await promisify(execFile)('npm', ['run', '--silent', 'docs:build']);
    output = stdout + stderr;
    const answer = servePage('dist/site', policy);
    server = createServer((request, response) => {
      if (!answer(request, response)) response.writeHead(404).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await launchChromium();
  });

  after(async () => {
    await browser.close();
    server.close();
  });

  beforeEach(() => {
    errors = [];
  });

  afterEach(() => {
    expect([...new Set(errors)].join('\n')).to.equal('');
  });

  it('is built without a warning', () => {
    expect(output).to.not.match(/warn|deprecat|\(!\)/i);
  });

  for (const [word, path] of Object.entries(found))
    it(`finds ${word}`, async () => {
      const page = await open('/');
      await page.waitForLoadState('networkidle'); // the search works once its scripts are there
      await page.keyboard.press('/');
      await page.locator('#localsearch-input').fill(word);
      const result = page.locator(`.results .result[href*="${path}"]`).first();
      await result.click();
      await page.locator('.vp-doc').getByText(new RegExp(word, 'i')).first().waitFor();
      expect(new URL(page.url()).pathname).to.include(path);
      await page.close();
    });

  for (const [name, { viewport, theme }] of Object.entries(readers))
    it(`can be searched by everyone, ${name}`, async () => {
      const page = await open('/guide/delivery.html', viewport, theme);
      await page.waitForLoadState('networkidle');
      await page.keyboard.press('/');
      const field = page.getByRole('combobox');
      await field.waitFor();
      expect((await faultsOf(page)).join('\n')).to.equal('');
      await field.fill('nack');
      await page.getByRole('option').first().waitFor();
      expect((await faultsOf(page)).join('\n')).to.equal('');
      await page.locator('.toggle-layout-button').click();
      await page.locator('.results .excerpt').first().waitFor();
      expect((await faultsOf(page)).join('\n')).to.equal('');
      await field.fill('xyzzyq');
      await page.locator('.no-results').waitFor();
      expect((await faultsOf(page)).join('\n')).to.equal('');
      await page.close();
    });

  it('plays scenarios in the playground, and says what is wrong with one', async () => {
    const page = await open('/playground.html');
    const timeline = page.frameLocator('iframe');
    for (const name of stories) {
      await page.getByLabel('Begin with').selectOption(name);
      const [, title = ''] = /^name: (.*)$/m.exec(readFileSync(`examples/scenarios/${name}.yaml`, 'utf8')) ?? [];
      await timeline.getByRole('heading', { name: `${title} passed` }).waitFor();
    }
    for (const frame of page.frames()) expect((await faultsOf(frame)).join('\n')).to.equal('');
    await page.getByLabel('Scenario in YAML').fill('name: A mistake\ncloud:\n  - dance: 1\nsee: [unit connected]\n');
    await page.getByRole('alert').getByText('scenario.yaml:3: "dance" is not known here').waitFor();
    await page.getByLabel('Scenario in YAML').fill('name: A wrong story\nsee: [cloud got report]\n');
    await timeline.getByRole('heading', { name: 'A wrong story failed' }).waitFor();
    await page.close();
  });

  for (const [kind, path] of Object.entries(kinds))
    for (const [name, { viewport, theme }] of Object.entries(readers))
      it(`can be used by everyone, ${name}: ${kind}`, async () => {
        const page = await open(path, viewport, theme);
        const isWithinWidth = await page.evaluate<boolean>(
          'document.documentElement.scrollWidth <= document.documentElement.clientWidth',
        );
        expect(isWithinWidth, 'no wider than the window').to.equal(true);
        expect((await faultsOf(page)).join('\n')).to.equal('');
        await page.close();
      });
});
