import { html, type TemplateResult } from 'lit';
import { of } from 'rxjs';
import type { FleetValue } from '../rows.js';
import { card, PageElement } from './card.js';
import { Newest } from './newest.js';
import { unknown, watched } from './widgets.js';

interface Gauge {
  readonly label: string;
  readonly value: number | undefined;
  readonly most: number;
  readonly text: string;
}

const gauge = ({ label, value, most, text }: Gauge): TemplateResult => html`
  <div class="gauge">
    <dt>${label}</dt>
    <dd>${value === undefined ? '–' : text}</dd>
    <dd><progress aria-hidden="true" max=${Math.max(1, most)} .value=${value ?? 0}></progress></dd>
  </div>
`;

const percent = (value: number | undefined): string => `${(value ?? 0).toFixed(1)} %`;

/** The fleet in four figures. */
export class FleetGauges extends PageElement {
  readonly #live = new Newest(
    this,
    watched<FleetValue | null>('Fleet', 'fleet', of(undefined), { maxAge: 3000 }),
    unknown,
  );

  protected override render(): TemplateResult {
    const live = this.#live.value;
    const { units, reporting, cpu, ram, rate } = live.value ?? {};
    const body = html`<dl class="gauges">
      ${gauge({ label: 'Reporting', value: reporting, most: units ?? 1, text: `${reporting ?? 0} of ${units ?? 0}` })}
      ${gauge({ label: 'CPU', value: cpu, most: 100, text: percent(cpu) })}
      ${gauge({ label: 'Memory', value: ram, most: 100, text: percent(ram) })}
      ${gauge({ label: 'Messages', value: rate, most: 60, text: `${rate ?? 0} / s` })}
    </dl>`;
    return card({ name: 'fleet', title: 'All units', live, body });
  }
}

customElements.define('fleet-gauges', FleetGauges);
