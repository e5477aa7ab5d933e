import { html, nothing, type TemplateResult } from 'lit';
import { concat, distinctUntilChanged, map, of, scan, switchMap, timer, type Observable } from 'rxjs';
import { PageElement } from './card.js';
import { span } from './clock.js';
import { icon } from './icons.js';
import { Newest } from './newest.js';
import { story$ } from './story.js';

interface Toast {
  readonly kind: 'hidden' | 'lost' | 'recovered';
  readonly text: string;
}

const hidden: Toast = { kind: 'hidden', text: '' };
const lost: Toast = { kind: 'lost', text: 'Connection lost. What you see stays; it is being brought up to date.' };

/** A loss that is over within a second is no news; badges and chip tell it at once. */
const heldBack = 1000;
const shownFor = 4000;

const after = (delay: number, toast: Toast): Observable<Toast> => timer(delay).pipe(map(() => toast));

const toast$: Observable<Toast> = story$.pipe(
  map(({ lostAt, lastRecovery }) => ({ lostAt, lastRecovery })),
  distinctUntilChanged((one, other) => one.lostAt === other.lostAt),
  scan(
    ({ lostAt: before }, { lostAt, lastRecovery }) => ({
      lostAt,
      took: before === undefined ? 0 : (lastRecovery ?? 0),
    }),
    { lostAt: undefined as number | undefined, took: 0 },
  ),
  switchMap(({ lostAt, took }) => {
    if (lostAt !== undefined) return after(heldBack, lost);
    if (took < heldBack) return of(hidden);
    return concat(
      of<Toast>({ kind: 'recovered', text: `Up to date again after ${span(took)}.` }),
      after(shownFor, hidden),
    );
  }),
);

/** Says that the link is being recovered, and that it was. */
export class RecoveryToast extends PageElement {
  readonly #toast = new Newest(this, toast$, hidden);

  protected override render(): TemplateResult {
    const { kind, text } = this.#toast.value;
    return html`<div class="toast" role="status" aria-live="polite" data-kind=${kind}>
      ${kind === 'hidden' ? nothing : html`${icon(kind === 'lost' ? 'lost' : 'fresh')}<span>${text}</span>`}
    </div>`;
  }
}

customElements.define('recovery-toast', RecoveryToast);
