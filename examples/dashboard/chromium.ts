import { type Browser, chromium } from 'playwright-core';

/** The browser that Debian installs, or the one that the variable CHROMIUM names. */
const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

const quiet = ['--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update'];

/** A browser without a window, which asks nobody for anything, and keeps pages for the way back as it does for people. */
export const launchChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath,
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-sync', ...quiet],
  });
