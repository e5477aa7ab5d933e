import type { Page } from 'playwright-core';

/** Statuses, in the order in which they were shown, by the name of the widget. */
export type Shown = Readonly<Record<string, readonly string[]>>;

/** What a page showed from a moment on, and how fast. */
export interface PageProbe {
  /** From now on, beginning with what is shown. */
  watch(): Promise<void>;
  /** What the badges showed since, none twice in a row. */
  shown(): Promise<Shown>;
  /** What the region that says where the link stands read since. */
  said(): Promise<readonly string[]>;
  /** The most draws of the chart within any second since. */
  mostDraws(): Promise<number>;
  /** From each key until its handlers ran, and until the frame after it, in milliseconds. */
  keys(): Promise<readonly { readonly delay: number; readonly frame: number }[]>;
  /** As a tab behind another one: it draws nothing, and is told so. */
  hide(on: boolean): Promise<void>;
}

const script = `
  const frames = globalThis.requestAnimationFrame;
  const held = [];
  let hidden = false;
  let drawn = [];
  let keys = [];
  let shown = {};
  let said = [];
  globalThis.requestAnimationFrame = (callback) => hidden ? held.push(callback) : frames(callback);
  Object.defineProperty(document, 'visibilityState', { get: () => hidden ? 'hidden' : 'visible' });
  const { clearRect } = CanvasRenderingContext2D.prototype; // uPlot calls it once a draw
  CanvasRenderingContext2D.prototype.clearRect = function (...area) {
    drawn.push(performance.now());
    return clearRect.apply(this, area);
  };
  addEventListener('keydown', ({ timeStamp }) => {
    const key = { delay: performance.now() - timeStamp };
    frames(() => {
      key.frame = performance.now() - timeStamp;
      keys.push(key);
    });
  }, true);
  const look = () => {
    for (const badge of document.querySelectorAll('.badge')) {
      const all = shown[badge.closest('.card').dataset.name] ??= [];
      if (all.at(-1) !== badge.dataset.status) all.push(badge.dataset.status);
    }
    const text = document.querySelector('connection-chip [role=status]')?.textContent;
    if (text && said.at(-1) !== text) said.push(text);
  };
  new MutationObserver(look).observe(document, { attributes: true, characterData: true, childList: true, subtree: true });
  globalThis.probe = {
    watch: () => {
      drawn = [];
      keys = [];
      shown = {};
      said = [];
      look();
    },
    shown: () => shown,
    said: () => said,
    keys: () => keys,
    mostDraws: () => Math.max(0, ...drawn.map((from, n) => drawn.slice(n).findIndex((at) => at >= from + 1000)).filter((n) => n > 0)),
    hide: (on) => {
      hidden = on;
      if (!on) for (const callback of held.splice(0)) frames(callback);
      document.dispatchEvent(new Event('visibilitychange'));
      // A frame that was asked for before is drawn yet.
      return new Promise((resolve) => frames(() => frames(resolve)));
    },
  };
`;

/** Has to be put in before the page is opened. */
export const probePage = async (page: Page): Promise<PageProbe> => {
  await page.addInitScript(`(() => { ${script} })()`);
  const ask = (call: string) => page.evaluate<never>(`globalThis.probe.${call}`);
  return {
    watch: () => ask('watch()'),
    shown: () => ask('shown()'),
    said: () => ask('said()'),
    mostDraws: () => ask('mostDraws()'),
    keys: () => ask('keys()'),
    hide: (on) => ask(`hide(${on})`),
  };
};
