import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { Subject } from 'rxjs';
import { build } from 'vite';
import type { Report } from './page.js';
import type { Viewer } from './viewer.js';

/** The built viewer in a directory, which goes when it is disposed of. */
export interface BuiltViewer extends AsyncDisposable {
  readonly directory: string;
}

/** Where it is served. */
export const viewerPath = '/viewer/index.html';

/** Bundles the viewer for a browser. */
export const buildViewer = async (): Promise<BuiltViewer> => {
  const directory = await mkdtemp(join(tmpdir(), 'unitlink-page-'));
  await build({
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    build: {
      outDir: join(directory, dirname(viewerPath)),
      emptyOutDir: false,
      minify: false,
      lib: { entry: fileURLToPath(new URL('page.js', import.meta.url)), formats: ['es'], fileName: 'page' },
    },
  });
  const html = '<!doctype html><html lang="en"><title>viewer</title><link rel="icon" href="data:,"><body>';
  await writeFile(join(directory, viewerPath), `${html}<script type="module" src="page.js"></script>`);
  return { directory, [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true, maxRetries: 5 }) };
};

/** Starts Chromium as Debian has it. Playwright switches off what is to be tested: `keep` names such flags of its own. */
export const startChromium = (keep: readonly string[] = []): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
    ignoreDefaultArgs: [...keep],
    // It would end this process as well, and leave all the others behind.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });

/** A viewer in a page. */
export interface PageViewer extends Viewer {
  readonly page: Page;
  /** How many documents the page has shown. */
  navigations(): number;
}

/** Opens the built page and shows here what it shows there. */
export const openPage = async (page: Page, url: string): Promise<PageViewer> => {
  const change$ = new Subject<void>();
  let navigations = 0;
  let last: Report = {
    state: { state: 'stopped' },
    widgets: [],
    ledger: { newest: 0, lost: 0, doubled: 0 },
  };
  page.on('framenavigated', () => navigations++);
  await page.exposeFunction('report', (report: Report) => {
    last = report;
    change$.next();
  });
  await page.goto(url);
  return {
    name: 'chromium',
    page,
    navigations: () => navigations,
    change$,
    get widgets() {
      return last.widgets;
    },
    get state() {
      return last.state;
    },
    get ledger() {
      return last.ledger;
    },
    stop: () => page.close(),
  };
};
