import { defer, EMPTY, filter, finalize, map, Subject, type Observable } from 'rxjs';
import { concatOf, mergeOf } from '../operators/lean.js';

/** The page that a dashboard runs in. */
export interface Page {
  /** Emits true while the page is visible; replays the latest. */
  readonly visible$: Observable<boolean>;
  /**
   * Emits when a connection may be possible now; `true` if the page slept, so that an open link is suspect.
   */
  readonly hint$: Observable<boolean>;
  /** Emits when the page is left, perhaps for good. */
  readonly left$?: Observable<unknown>;
  /** Sends a text to a server although the page is left. */
  readonly beacon?: (url: string, text: string) => void;
}

/** The part of a page's event that is used. */
export interface PageEvent {
  /** True if the page comes out of the browser's cache. */
  readonly persisted: boolean;
}

/** The part of the DOM's EventTarget that is used. */
export interface Target {
  /** As that of the DOM. */
  addEventListener: (type: string, listener: (event: PageEvent) => void) => void;
  /** As that of the DOM. */
  removeEventListener: (type: string, listener: (event: PageEvent) => void) => void;
}

/** The globals of a page that are used. */
export interface Browser {
  /** The document, which says whether the page is visible. */
  readonly document?: Target & { readonly visibilityState: string };
  /** The window, which says when the page is left, and when the network is back. */
  readonly window?: Target;
  /** The navigator, which sends a text from a page that is left. */
  readonly navigator?: {
    /** Sends although the page is left; false where it does not take the text. */
    readonly sendBeacon?: (url: string, text: string) => boolean;
  };
}

const eventOf = (target: Target, type: string): Observable<PageEvent> =>
  defer(() => {
    const event$ = new Subject<PageEvent>();
    const listener = (event: PageEvent) => {
      event$.next(event);
    };
    target.addEventListener(type, listener);
    return event$.pipe(
      finalize(() => {
        target.removeEventListener(type, listener);
      }),
    );
  });

/**
 * Observes the page that this code runs in. A program without a page is always visible.
 *
 * @param browser - the globals of the page. Default: `globalThis`
 * @returns the page for the option `page` of {@link connectDashboard}
 * @example
 * ```ts
 * connectDashboard({ url: '/live', page: { ...thisPage(), hint$: online$ } });
 * ```
 */
export const thisPage = ({ document, window, navigator }: Browser = globalThis as Browser): Page => {
  if (!document || !window) return { visible$: concatOf([true]), hint$: EMPTY };
  const isVisible = () => document.visibilityState !== 'hidden';
  const changed$ = eventOf(document, 'visibilitychange');
  // Out of the browser's cache a page comes back whole, but its link was cut.
  const restored$ = eventOf(window, 'pageshow').pipe(filter(({ persisted }) => persisted));
  const slept$ = mergeOf(eventOf(document, 'resume'), restored$);
  const hopeful$ = mergeOf(eventOf(window, 'online'), changed$.pipe(filter(isVisible)));
  return {
    visible$: mergeOf([0], changed$).pipe(map(isVisible)),
    hint$: mergeOf(slept$.pipe(map(() => true)), hopeful$.pipe(map(() => false))),
    left$: eventOf(window, 'pagehide'),
    beacon: (url, text) => navigator?.sendBeacon?.(url, text),
  };
};
