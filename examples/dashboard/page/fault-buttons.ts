import { html, nothing, type TemplateResult } from 'lit';
import { PageElement } from './card.js';
import { chart$ } from './choices.js';

interface Fault {
  readonly name: string;
  readonly label: string;
  readonly hint: string;
}

/** What the server lets a person break; nothing where it does not. */
const offered = async (): Promise<readonly Fault[]> => {
  const response = await fetch('/faults');
  return response.ok ? ((await response.json()) as readonly Fault[]) : [];
};

const standard = 'Break something, and watch what each widget says.';

/** Breaks things, for a person to see what becomes of them. */
export class FaultButtons extends PageElement {
  #faults: readonly Fault[] = [];
  #hint = standard;

  override connectedCallback(): void {
    super.connectedCallback();
    offered().then((faults) => {
      this.#faults = faults;
      this.requestUpdate();
    }, console.error);
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.#faults.length === 0) return nothing;
    return html`<section class="faults" aria-labelledby="faults-title">
      <h2 id="faults-title">Break it</h2>
      <div class="fault-list">${this.#faults.map((fault) => this.#button(fault))}</div>
      <p class="quiet" id="fault-hint">${this.#hint}</p>
    </section>`;
  }

  #button({ name, label, hint }: Fault): TemplateResult {
    const explain = (): void => {
      this.#hint = hint;
      this.requestUpdate();
    };
    const run = (): void => {
      explain();
      const unit = encodeURIComponent(chart$.value.unit);
      fetch(`/faults/${name}?unit=${unit}`, { method: 'POST' }).catch(console.error);
    };
    return html`<button
      type="button"
      aria-describedby="fault-hint"
      @pointerenter=${explain}
      @focus=${explain}
      @click=${run}
    >
      ${label}
    </button>`;
  }
}

customElements.define('fault-buttons', FaultButtons);
