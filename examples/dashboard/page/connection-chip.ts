import { html, nothing, type TemplateResult } from 'lit';
import { timer } from 'rxjs';
import type { DashboardState } from 'unitlink/dashboard';
import { PageElement } from './card.js';
import { dashboard } from './dashboard.js';
import { icon, type icons } from './icons.js';
import { Newest } from './newest.js';

interface Said {
  readonly sign: keyof typeof icons;
  readonly text: string;
  /** What changes too often to be read aloud. */
  readonly more?: string;
  /** Whether a person may end a wait. */
  readonly waits?: boolean;
}

const countdown = (until: number): string => `next in ${Math.max(0, Math.ceil((until - Date.now()) / 1000))} s`;

const say = (state: DashboardState): Said => {
  switch (state.state) {
    case 'live':
      return { sign: 'fresh', text: 'Live', ...(state.serverId !== undefined && { more: state.serverId }) };
    case 'suspect':
      return { sign: 'info', text: 'Live', more: 'suspect, checking' };
    case 'connecting':
      return {
        sign: 'resyncing',
        text: state.attempt === 1 ? 'Connecting' : 'Reconnecting', // not read aloud with every attempt
        more: `attempt ${state.attempt}`,
      };
    case 'waiting': {
      const { attempt, maxAttempts, until } = state;
      return {
        sign: 'lost',
        text: 'Reconnecting',
        more: `attempt ${attempt} of ${maxAttempts}, ${countdown(until)}`,
        waits: true,
      };
    }
    case 'failed':
      return { sign: 'error', text: 'No connection', more: countdown(state.until), waits: true };
    case 'paused':
      return { sign: 'paused', text: 'Paused' };
    case 'stopped':
      return { sign: 'paused', text: 'Stopped' };
  }
};

/** Where the link stands; what is read aloud leaves the countdown out. */
export class ConnectionChip extends PageElement {
  readonly #state = new Newest<DashboardState>(this, dashboard.state$, { state: 'stopped' });

  constructor() {
    super();
    new Newest(this, timer(0, 250), 0);
  }

  protected override render(): TemplateResult {
    const state = this.#state.value;
    const { sign, text, more, waits } = say(state);
    return html`<div class="chip" data-state=${state.state}>
      ${icon(sign)}
      <span class="chip-words">
        <span class="chip-text" role="status" aria-live="polite">${text}</span>
        ${more === undefined ? nothing : html`<span>${more}</span>`}
      </span>
      ${waits ? html`<button type="button" class="primary" @click=${dashboard.retryNow}>Retry now</button>` : nothing}
    </div>`;
  }
}

customElements.define('connection-chip', ConnectionChip);
