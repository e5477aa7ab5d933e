import { html, LitElement, nothing, type TemplateResult } from 'lit';
import type { Live } from 'unitlink/dashboard';
import { badge } from './badge.js';

/** An element that is styled by the page. */
export abstract class PageElement extends LitElement {
  protected override createRenderRoot(): HTMLElement {
    return this;
  }
}

export interface CardParts {
  readonly name: string;
  readonly title: string;
  /** Absent where the card shows what the page itself knows. */
  readonly live?: Live<unknown>;
  readonly tools?: TemplateResult;
  readonly body: TemplateResult;
}

/** A widget: its header says what it is and how far it can be trusted. */
export const card = ({ name, title, live, tools, body }: CardParts): TemplateResult => html`
  <section class="card" data-name=${name} data-status=${live?.status ?? 'none'} aria-labelledby="${name}-title">
    <header class="card-head">
      <h2 id="${name}-title">${title}</h2>
      ${live === undefined ? nothing : badge(live)} ${tools ?? nothing}
    </header>
    <div class="card-body">${body}</div>
  </section>
`;
