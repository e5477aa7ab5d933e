import { html, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { of } from 'rxjs';
import { rows, type Rows } from 'unitlink/dashboard';
import type { AlertRow } from '../rows.js';
import { card, PageElement } from './card.js';
import { clock } from './clock.js';
import { icon } from './icons.js';
import { Newest } from './newest.js';
import { unknown, watched } from './widgets.js';

const params = { sort: '-at', page: 0, pageSize: 5 };
const signs = { info: 'info', warning: 'error', critical: 'critical' } as const;

const item = ({ at, unit, severity, text }: AlertRow): TemplateResult => html`
  <li data-severity=${severity}>
    ${icon(signs[severity])}
    <div>
      <p><span class="sr">${severity}: </span>${text}</p>
      <p class="quiet">${unit} · <time>${clock(at)}</time></p>
    </div>
  </li>
`;

/** What the units have to say, the latest first. */
export class AlertList extends PageElement {
  readonly #live = new Newest(
    this,
    watched<Rows<AlertRow>>('Alerts', 'alerts', of(params), { fold: rows<AlertRow>() }),
    unknown,
  );

  protected override render(): TemplateResult {
    const live = this.#live.value;
    const alerts = [...(live.value?.byId.values() ?? [])];
    const body =
      alerts.length === 0
        ? html`<p class="quiet empty">No alerts yet</p>`
        : html`<ul class="alerts">
            ${repeat(alerts, ({ id }) => id, item)}
          </ul>`;
    return card({ name: 'alerts', title: 'Alerts', live, body });
  }
}

customElements.define('alert-list', AlertList);
