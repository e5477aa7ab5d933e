import { html, LitElement, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import type { Point, Rows } from 'unitlink/dashboard';
import {
  firstParams,
  highest,
  loadPoints,
  statusOf,
  totalLoad,
  unitRows,
  unitsOf,
  type Params,
  type Unit,
} from '../units.js';
import { WatchController } from './watch-controller.js';

class UnitsPage extends LitElement {
  readonly #units = new WatchController(this, 'units', firstParams, { fold: unitRows });
  readonly #all = new WatchController(this, 'units', { filter: '' }, { fold: unitRows });
  readonly #points = new WatchController(this, 'load', {}, { fold: loadPoints });

  protected override createRenderRoot(): this {
    return this;
  }

  protected override render(): TemplateResult {
    const { value } = this.#units.live;
    const { value: all } = this.#all.live;
    const { value: points } = this.#points.live;
    const status = statusOf(this.#units.live.status, this.#all.live.status, this.#points.live.status);
    const change = (changed: Partial<Params>) => {
      this.#units.params = { ...this.#units.params, ...changed };
      this.#all.params = { filter: this.#units.params.filter };
    };
    return html`<section data-status=${status}>
      <form>
        <input
          aria-label="Filter"
          @input=${({ target }: Event) => {
            change({ filter: (target as HTMLInputElement).value });
          }}
        />
        <button
          type="button"
          @click=${() => {
            change({ sort: '-load' });
          }}
        >
          Sort by load
        </button>
        <button
          type="button"
          @click=${() => {
            change({ page: this.#units.params.page + 1 });
          }}
        >
          Next page
        </button>
      </form>
      ${guard([value], () => table(value))} ${guard([all], () => summary(all))} ${guard([points], () => peak(points))}
    </section>`;
  }
}

const table = (value: Rows<Unit> | undefined) => {
  const units = unitsOf(value);
  return html`<table>
      <tbody>
        ${repeat(
          units,
          ({ id }) => id,
          ({ id, region, load }) =>
            html`<tr>
              <td>${id}</td>
              <td>${region}</td>
              <td>${load}</td>
            </tr>`,
        )}
      </tbody>
    </table>
    <output>${totalLoad(units)} in ${units.length} of ${value?.total}</output>`;
};

const summary = (value: Rows<Unit> | undefined) => html`<p>All: ${totalLoad(unitsOf(value))}</p>`;

const peak = (points: readonly Point[] | undefined) => html`<p>Highest of ${points?.length}: ${highest(points)}</p>`;

customElements.define('units-page', UnitsPage);
