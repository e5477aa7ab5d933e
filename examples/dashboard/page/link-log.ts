import { html, type TemplateResult } from 'lit';
import { card, PageElement } from './card.js';
import { clock } from './clock.js';
import { icon } from './icons.js';
import { Newest } from './newest.js';
import { type Story, story$, type StoryEvent } from './story.js';

const signs = { good: 'fresh', bad: 'lost', note: 'info' } as const;

const line = ({ at, kind, text }: StoryEvent): TemplateResult => html`
  <li data-kind=${kind}>${icon(signs[kind])}<time>${clock(at)}</time><span>${text}</span></li>
`;

/** What happened to the link, the latest first. */
export class LinkLog extends PageElement {
  readonly #story = new Newest<Story | undefined>(this, story$, undefined);

  protected override render(): TemplateResult {
    const events = this.#story.value?.events ?? [];
    const body = html`<ol class="log" tabindex="0" aria-label="Events of the link, the latest first">
      ${events.map(line)}
    </ol>`;
    return card({ name: 'log', title: 'Link events', body });
  }
}

customElements.define('link-log', LinkLog);
