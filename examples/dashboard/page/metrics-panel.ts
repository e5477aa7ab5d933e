import { html, type TemplateResult } from 'lit';
import { map, pairwise, startWith } from 'rxjs';
import { card, PageElement } from './card.js';
import { second$, span } from './clock.js';
import { draws } from './draws.js';
import { Newest } from './newest.js';
import { type Story, story$ } from './story.js';
import { widgets$ } from './widgets.js';

const drawRate$ = second$.pipe(
  map(() => draws.count),
  pairwise(),
  map(([before, now]) => now - before),
  startWith(0),
);

const oldest = (now: number): string => {
  const times = [...widgets$.value.values()].flatMap(({ live: { asOf } }) => asOf ?? []);
  return times.length === 0 ? '–' : span(now - Math.min(...times));
};

const closures = (all: Story['closures'] = {}): string =>
  Object.entries(all)
    .map(([code, count]) => `${code} × ${count}`)
    .join(', ') || 'none';

/** What this page counts. */
export class MetricsPanel extends PageElement {
  readonly #story = new Newest<Story | undefined>(this, story$, undefined);
  readonly #second = new Newest(this, second$, Date.now());
  readonly #draws = new Newest(this, drawRate$, 0);

  protected override render(): TemplateResult {
    const story = this.#story.value;
    const figure = (name: string, label: string, value: unknown): TemplateResult =>
      html`<div data-metric=${name}>
        <dt>${label}</dt>
        <dd>${value}</dd>
      </div>`;
    const { recoveries = 0, lastRecovery, attempts = 0, gaps = 0, replayed = 0, snapshots = 0 } = story ?? {};
    const body = html`<dl class="metrics">
      ${figure('recoveries', 'Recoveries', recoveries)}
      ${figure('last', 'The last took', lastRecovery === undefined ? '–' : span(lastRecovery))}
      ${figure('attempts', 'Attempts', attempts)} ${figure('closures', 'Closures', closures(story?.closures))}
      ${figure('gaps', 'Gaps', gaps)} ${figure('replayed', 'Replayed', replayed)}
      ${figure('snapshots', 'Snapshots', snapshots)} ${figure('age', 'Oldest data', oldest(this.#second.value))}
      ${figure('draws', 'Draws', `${this.#draws.value} / s`)}
    </dl>`;
    const tools = html`<a class="quiet" href="/metrics" target="_blank">of the server</a>`;
    return card({ name: 'metrics', title: 'Metrics', tools, body });
  }
}

customElements.define('metrics-panel', MetricsPanel);
