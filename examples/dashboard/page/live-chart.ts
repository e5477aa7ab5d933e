import { html, type TemplateResult } from 'lit';
import { createRef, ref } from 'lit/directives/ref.js';
import { fromEvent, type Subscription } from 'rxjs';
import { type Hole, series, type Live, type Point } from 'unitlink/dashboard';
import { card, PageElement } from './card.js';
import { chart$ } from './choices.js';
import { clock, second$ } from './clock.js';
import { draws } from './draws.js';
import { Newest } from './newest.js';
import { linesOf, lostIn, type Lines } from './usage-data.js';
import { usagePlot, type UsagePlot } from './usage-plot.js';
import { unknown, watched } from './widgets.js';

const windows = [
  { window: 60_000, label: '1 min' },
  { window: 300_000, label: '5 min' },
  { window: 900_000, label: '15 min' },
] as const;

/** A unit that is silent for so long has a reason, in milliseconds. */
const maxAge = 3000;

const percent = (value: number | null | undefined): string => (value == null ? '–' : `${value.toFixed(1)} %`);

/** What a unit uses over time. */
export class LiveChart extends PageElement {
  readonly #choice = new Newest(this, chart$, chart$.value);
  readonly #second = new Newest(this, second$, Date.now());
  readonly #live = new Newest<Live<readonly Point[]>>(
    this,
    watched('Usage', 'usage', chart$, { fold: series({ window: 900_000 }), maxAge }),
    unknown,
  );
  readonly #place = createRef<HTMLElement>();
  #plot: UsagePlot | undefined;
  #repaint: Subscription | undefined;
  #lines: Lines = [[], [], []];
  #pointed: number | undefined;
  #holes: readonly Hole[] = [];
  #lost: readonly Hole[] = [];
  #shown = chart$.value.unit;

  protected override firstUpdated(): void {
    const place = this.#place.value;
    if (place === undefined) return;
    this.#plot = usagePlot(place, (index) => {
      if (index === this.#pointed) return;
      this.#pointed = index;
      this.requestUpdate();
    });
    this.#repaint = fromEvent(matchMedia('(prefers-color-scheme: dark)'), 'change').subscribe({
      next: () => this.#plot?.paint(),
      error: console.error,
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#repaint?.unsubscribe();
    this.#plot?.destroy();
  }

  protected override updated(): void {
    const { value: points = [], hole } = this.#live.value;
    const { unit, window } = this.#choice.value;
    if (unit !== this.#shown) this.#holes = [];
    this.#shown = unit;
    if (hole !== undefined && this.#holes.at(-1)?.from !== hole.from) this.#holes = [...this.#holes.slice(-20), hole];
    const to = Math.max(this.#second.value, points.at(-1)?.[0] ?? 0);
    this.#lines = linesOf(points, to - window);
    this.#lost = lostIn(points, this.#holes).filter((lost) => lost.to > to - window);
    this.#plot?.show({ lines: this.#lines, lost: this.#lost, from: to - window, to });
    draws.count++;
  }

  protected override render(): TemplateResult {
    const { unit, window } = this.#choice.value;
    const live = this.#live.value;
    const tools = html`<fieldset class="choice">
      <legend class="sr">Time window</legend>
      ${windows.map(
        (each) =>
          html`<button
            type="button"
            aria-pressed=${each.window === window}
            @click=${() => {
              chart$.next({ unit, window: each.window });
            }}
          >
            ${each.label}
          </button>`,
      )}
    </fieldset>`;
    const [times, cpus, rams] = this.#lines;
    const index = this.#pointed ?? times.length - 1;
    const at = times[index];
    const label = [
      `CPU and memory of ${unit} over time`,
      ...this.#lost.map(({ from, to }) => `lost from ${clock(from)} to ${clock(to)}`),
    ].join(', ');
    const body = html`
      <p class="legend">
        <strong>${unit}</strong>
        <span class="cpu">CPU <b>${percent(cpus[index])}</b></span>
        <span class="ram">Memory <b>${percent(rams[index])}</b></span>
        <span class="quiet">${at === undefined ? '' : clock(at * 1000)}</span>
      </p>
      <div class="plot" role="img" aria-label=${label} ${ref(this.#place)}></div>
    `;
    return card({ name: 'usage', title: 'Usage', live, tools, body });
  }
}

customElements.define('live-chart', LiveChart);
