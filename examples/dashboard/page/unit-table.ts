import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { debounceTime, map, merge, skip, take } from 'rxjs';
import { rows, type Rows } from 'unitlink/dashboard';
import type { UnitRow } from '../rows.js';
import { card, PageElement } from './card.js';
import { chart$, table$ } from './choices.js';
import { clock } from './clock.js';
import { icon } from './icons.js';
import { Newest } from './newest.js';
import { unknown, watched } from './widgets.js';

interface Column {
  readonly name: keyof UnitRow;
  readonly label: string;
  /** How it stands on a narrow page: not at all where it is extra. */
  readonly kind?: 'number' | 'extra' | 'extra number';
  readonly cell: (row: UnitRow) => unknown;
}

const percent = (value: number): TemplateResult =>
  html`<span class="bar"><progress max="100" .value=${value} aria-hidden="true"></progress></span
    ><span class="figure">${value.toFixed(1)} %</span>`;

const state = ({ state }: UnitRow): TemplateResult =>
  html`<span class="state" data-state=${state}>${icon(state === 'silent' ? 'source' : 'dot')}${state}</span>`;

const columns: readonly Column[] = [
  { name: 'id', label: 'Unit', cell: ({ id }) => id },
  { name: 'site', label: 'Site', kind: 'extra', cell: ({ site }) => site },
  { name: 'state', label: 'State', cell: state },
  { name: 'cpu', label: 'CPU', kind: 'number', cell: ({ cpu }) => percent(cpu) },
  { name: 'ram', label: 'Memory', kind: 'number', cell: ({ ram }) => percent(ram) },
  { name: 'messages', label: 'Messages', kind: 'extra number', cell: ({ messages }) => messages },
  { name: 'reportedAt', label: 'Last report', kind: 'extra number', cell: ({ reportedAt }) => clock(reportedAt) },
];

/** The server sorts, filters and pages; it hears of a filter once its text has rested. */
const params$ = merge(table$.pipe(take(1)), table$.pipe(skip(1), debounceTime(120))).pipe(
  map((choice) => ({ ...choice, filter: choice.filter.trim() })),
);

const choose = (change: Partial<typeof table$.value>): void => {
  table$.next({ ...table$.value, page: 0, ...change });
};

/** The units, as the server sorts, filters and pages them. */
export class UnitTable extends PageElement {
  readonly #choice = new Newest(this, table$, table$.value);
  readonly #chart = new Newest(this, chart$, chart$.value);
  readonly #live = new Newest(
    this,
    watched<Rows<UnitRow>>('Units', 'units', params$, { fold: rows<UnitRow>(), maxAge: 5000 }),
    unknown,
  );

  protected override render(): TemplateResult {
    const live = this.#live.value;
    const { filter } = this.#choice.value;
    const tools = html`<label class="search">
      <span class="sr">Filter the units</span>
      <input
        type="search"
        placeholder="Filter"
        autocomplete="off"
        .value=${filter}
        @input=${({ target }: InputEvent) => {
          choose({ filter: (target as HTMLInputElement).value });
        }}
      />
    </label>`;
    const body = html`
      <table>
        <caption class="sr">
          Units; a unit can be chosen for the chart
        </caption>
        <thead>
          <tr>
            ${columns.map((column) => this.#heading(column))}
          </tr>
        </thead>
        <tbody>
          ${repeat(
            live.value?.byId.values() ?? [],
            ({ id }) => id,
            (row) => this.#row(row),
          )}
        </tbody>
      </table>
      ${live.value?.byId.size === 0 ? html`<p class="quiet empty">No unit has “${filter}” in it</p>` : nothing}
      ${this.#pages(live.value?.total ?? 0)}
    `;
    return card({ name: 'units', title: 'Units', live, tools, body });
  }

  #heading({ name, label, kind }: Column): TemplateResult {
    const { sort } = this.#choice.value;
    const order = sort === name ? 'ascending' : sort === `-${name}` ? 'descending' : 'none';
    const next = order === 'ascending' ? `-${name}` : name;
    return html`<th scope="col" class=${kind ?? nothing} aria-sort=${order}>
      <button
        type="button"
        @click=${() => {
          choose({ sort: next });
        }}
      >
        ${label}<span class="order" aria-hidden="true"></span>
      </button>
    </th>`;
  }

  #row(row: UnitRow): TemplateResult {
    const { unit } = this.#chart.value;
    const id = html`<button
      type="button"
      class="link"
      aria-pressed=${row.id === unit}
      @click=${() => {
        chart$.next({ ...chart$.value, unit: row.id });
      }}
    >
      ${row.id}
    </button>`;
    return html`<tr data-state=${row.state} ?data-chosen=${row.id === unit}>
      ${columns.map(({ name, kind, cell }) =>
        name === 'id' ? html`<th scope="row">${id}</th>` : html`<td class=${kind ?? nothing}>${cell(row)}</td>`,
      )}
    </tr>`;
  }

  #pages(total: number): TemplateResult {
    const { page, pageSize } = this.#choice.value;
    const first = page * pageSize;
    const turn = (to: number, label: string, possible: boolean): TemplateResult =>
      html`<button
        type="button"
        ?disabled=${!possible}
        @click=${() => {
          choose({ page: to });
        }}
      >
        ${label}
      </button>`;
    return html`<nav class="pages" aria-label="Pages of the table">
      <span class="quiet">${Math.min(first + 1, total)}–${Math.min(first + pageSize, total)} of ${total}</span>
      ${turn(page - 1, 'Previous', page > 0)} ${turn(page + 1, 'Next', first + pageSize < total)}
    </nav>`;
  }
}

customElements.define('unit-table', UnitTable);
