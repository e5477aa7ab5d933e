import { slotLength, type Failover, type Outcome } from './simulate.js';
import { percent, seconds } from './table.js';

const left = 176;
const plot = 560;
const right = 190;
const top = 100;
const row = 40;
/** The number of steps, each as tall as the busiest of its slots. */
const steps = 240;
/** The full height of a row, in attempts a unit; the scale is a square root, so that 1 % can be seen next to 200 %. */
const full = 2;

/** The height of a share of the fleet. */
const height = (share: number): number => Math.round(Math.sqrt(Math.min(full, share) / full) * (row - 8));

/** The legend of colours and heights, from `from` on. */
const legend = (from: number): string => {
  const colours = [
    ['own area', 'unitlink', 0],
    ['area', 'other clients', 80],
    ['gone', 'cloud gone', 196],
  ] as const;
  const heights = [0.01, 0.1, 1, 2].map((share, index) => {
    const x = from + 348 + index * 66;
    return `<path class="scale" d="M${x} 80h8v-${height(share)}h-8z"/><text class="dim" x="${x + 13}" y="80">${share * 100} %</text>`;
  });
  return [
    ...colours.map(
      ([style, text, at]) =>
        `<rect class="${style}" x="${from + at}" y="69" width="12" height="12"/><text class="dim" x="${from + at + 18}" y="80">${text}</text>`,
    ),
    `<text class="dim" x="${from + 304}" y="80">scale</text>`,
    ...heights,
  ].join('');
};

/** The attempts of each fleet over the first `shown` milliseconds as SVG, readable in light and in dark. */
export const picture = (outcomes: readonly Outcome[], failover: Failover, shown: number): string => {
  const { units, outage, rate } = failover;
  const width = left + plot + right;
  const tall = top + outcomes.length * row + 50;
  const x = (time: number) => (left + (time / shown) * plot).toFixed(1).replace(/\.0$/, '');
  const bottom = top + outcomes.length * row;

  const area = ({ slots }: Outcome, base: number): string => {
    const points: string[] = [];
    const start = (index: number) => Math.floor((index * shown) / steps / slotLength);
    let last = 0;
    for (let index = 0; index < steps; index++) {
      const highest = slots.slice(start(index), start(index + 1)).reduce((most, n) => Math.max(most, n), 0);
      const tall = height(highest / units);
      if (tall !== last) points.push(`H${x(start(index) * slotLength)}V${base - tall}`);
      last = tall;
    }
    return `M${left} ${base}${points.join('')}H${left + plot}V${base}Z`;
  };

  const rows = outcomes.map((outcome, index) => {
    const base = top + (index + 1) * row - 6;
    const own = outcome.name.startsWith('unitlink');
    const result =
      outcome.nearlyAll !== undefined
        ? `99 % back after ${seconds(outcome.nearlyAll)}`
        : outcome.gaveUp > 0
          ? `${percent(outcome.gaveUp / units)} gave up`
          : 'not back in time';
    return `<g${own ? ' class="own"' : ''}><text x="${left - 10}" y="${base - 8}" text-anchor="end">${outcome.name}</text>
<path class="line" d="M${left} ${base}h${plot}"/><path class="area" d="${area(outcome, base)}"/>
<text x="${left + plot + 10}" y="${base - 14}">peak ${percent(outcome.peak)}</text><text class="dim" x="${left + plot + 10}" y="${base}">${result}</text></g>`;
  });
  const ticks = Array.from({ length: 9 }, (_, index) => (index / 8) * shown).map(
    (time) =>
      `<text class="dim" x="${x(time)}" y="${bottom + 18}" text-anchor="middle">${Math.round(time / 100) / 10} s</text>`,
  );

  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${tall}" width="${width}" height="${tall}" role="img" aria-label="Attempts to connect over time, by client">
<style>
text{font:13px system-ui,sans-serif;fill:#1f2328}.dim{fill:#59636e}.own text:first-child{font-weight:600}
.back{fill:#fff}.gone{fill:#59636e;fill-opacity:.12}.line{stroke:#59636e;stroke-opacity:.4}.area{fill:#bc4c00}.own .area,.own.area{fill:#0969da}.scale{fill:#59636e}
@media(prefers-color-scheme:dark){text{fill:#f0f6fc}.dim{fill:#9198a1}.back{fill:#0d1117}.gone{fill:#9198a1;fill-opacity:.16}.line{stroke:#9198a1}.area{fill:#f0883e}.own .area,.own.area{fill:#4493f8}.scale{fill:#9198a1}}
</style>
<rect class="back" width="${width}" height="${tall}" rx="6"/>
<text x="16" y="24" font-weight="600">${units.toLocaleString('en')} clients lose their connection at once</text>
<text class="dim" x="16" y="44">attempts in 100 ms as shares of the fleet; the cloud is gone for ${outage / 1000} s, then accepts ${rate.toLocaleString('en')} a second</text>
${legend(left)}
<text class="dim" x="${left + plot / 2}" y="${bottom + 38}" text-anchor="middle">time since the connections were lost; “back after” counts from the end of the outage</text>
<rect class="gone" x="${left}" y="${top}" width="${Number(x(outage)) - left}" height="${bottom - top}"/>
${rows.join('\n')}
${ticks.join('')}
</svg>
`;
};
