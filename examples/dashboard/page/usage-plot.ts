import type { Hole } from 'unitlink/dashboard';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { clock } from './clock.js';
import type { Lines } from './usage-data.js';

/** What a plot shows: times in milliseconds since 1970. */
export interface Shown {
  readonly lines: Lines;
  readonly lost: readonly Hole[];
  readonly from: number;
  readonly to: number;
}

export interface UsagePlot {
  show(shown: Shown): void;
  /** Takes the colours of the page again. */
  paint(): void;
  destroy(): void;
}

const height = 236;
const font = '12px system-ui, sans-serif';

/** Draws two lines over time into an element; `onCursor` tells the index of the point that is pointed at. */
export const usagePlot = (host: HTMLElement, onCursor: (index: number | undefined) => void): UsagePlot => {
  let shown: Shown = { lines: [[], [], []], lost: [], from: 0, to: 1 };
  let plot = create();
  const resized = new ResizeObserver(() => {
    plot.setSize({ width: Math.max(200, host.clientWidth), height });
  });

  function colour(name: string): string {
    return getComputedStyle(host).getPropertyValue(name).trim();
  }

  /** A band where data is lost, said in words as well. */
  function markLost(plot: uPlot): void {
    const { ctx, bbox } = plot;
    const ratio = devicePixelRatio;
    ctx.save();
    ctx.font = `600 ${11 * ratio}px system-ui, sans-serif`;
    ctx.textAlign = 'center';
    for (const { from, to } of shown.lost) {
      const left = Math.max(bbox.left, plot.valToPos(from / 1000, 'x', true));
      const right = Math.min(bbox.left + bbox.width, plot.valToPos(to / 1000, 'x', true));
      if (right <= left) continue;
      ctx.fillStyle = colour('--lost');
      ctx.fillRect(left, bbox.top, right - left, bbox.height);
      ctx.fillStyle = colour('--warn');
      ctx.fillRect(left, bbox.top, ratio, bbox.height);
      ctx.fillRect(right - ratio, bbox.top, ratio, bbox.height);
      if (right - left > 60 * ratio) ctx.fillText('Lost', (left + right) / 2, bbox.top + 16 * ratio);
    }
    ctx.restore();
  }

  function create(): uPlot {
    const axis: uPlot.Axis = {
      stroke: colour('--quiet'),
      font,
      grid: { stroke: colour('--line'), width: 1 },
      ticks: { show: false },
    };
    const line = (label: string, name: string): uPlot.Series => ({
      label,
      stroke: colour(name),
      width: 2,
      points: { show: false },
    });
    return new uPlot(
      {
        width: Math.max(200, host.clientWidth),
        height,
        padding: [8, 30, 0, 0],
        legend: { show: false },
        cursor: { y: false, drag: { x: false, y: false }, points: { size: 8 } },
        scales: {
          x: { time: true, auto: false, range: () => [shown.from / 1000, shown.to / 1000] },
          y: { auto: false, range: [0, 100] },
        },
        axes: [
          { ...axis, space: 90, size: 24, values: (_, times) => times.map((time) => clock(time * 1000)) },
          { ...axis, size: 48, splits: () => [0, 25, 50, 75, 100], values: (_, all) => all.map((each) => `${each} %`) },
        ],
        series: [{}, line('CPU', '--cpu'), line('Memory', '--ram')],
        hooks: {
          drawClear: [markLost],
          setCursor: [
            ({ cursor: { idx, left = -1 } }) => {
              onCursor(left < 0 ? undefined : (idx ?? undefined));
            },
          ],
        },
      },
      shown.lines,
      host,
    );
  }

  resized.observe(host);
  return {
    show: (next) => {
      shown = next;
      plot.setData(next.lines);
    },
    paint: () => {
      plot.destroy();
      plot = create();
    },
    destroy: () => {
      resized.disconnect();
      plot.destroy();
    },
  };
};
