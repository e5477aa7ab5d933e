// Makes the screenshots of the README: the page live, while its server is lost, and recovered.
import { mkdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { launchChromium } from './chromium.js';
import { startExample } from './start-example.js';

const folder = 'docs/images';
const widgets = 4;

await mkdir(folder, { recursive: true });
await using example = await startExample();
const browser = await launchChromium();
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 1150 }, colorScheme: 'light' });
  const shot = (name: string) => page.screenshot({ path: `${folder}/dashboard-${name}.png` });
  /** Until so many widgets have this status. */
  const until = (status: string, count: number) =>
    page
      .locator(`.badge[data-status=${status}]`)
      .nth(count - 1)
      .waitFor();

  await page.goto(example.url);
  await until('fresh', widgets);
  await sleep(15_000); // for alerts to come
  await shot('live');

  await page.getByRole('button', { name: 'Lose 6 s' }).click();
  await until('stale', widgets);
  await page.getByText(/^Connection lost/).waitFor();
  await page.getByText(/attempt \d+ of 10, next/).waitFor();
  await sleep(500);
  await shot('lost');

  await until('fresh', widgets);
  await page.getByText('Up to date again').waitFor();
  await sleep(1500);
  await shot('recovered');
} finally {
  await browser.close();
}
