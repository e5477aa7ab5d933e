import { defer, EMPTY, filter, finalize, map, Subject, type Observable } from 'rxjs';
import { concatOf, mergeOf } from '../operators/lean.js';

/** What is told of the page that a dashboard runs in. */
export interface Page {
  /** Whether it can be seen; the latest is replayed. */
  readonly visible$: Observable<boolean>;
  /**
   * A hint that a connection may be possible now; `true` where the page slept, so that an open link is suspect.
   */
  readonly hint$: Observable<boolean>;
  /** The page is left, perhaps for good. */
  readonly left$?: Observable<unknown>;
  /** Brings a text to a server although the page is left. */
  readonly beacon?: (url: string, text: string) => void;
}

/** What is told of an event of the page. */
export interface PageEvent {
  /** Whether the page comes out of the browser's cache. */
  readonly persisted: boolean;
}

/** As much of an event target as is used here. */
export interface Target {
  /** As that of the DOM. */
  addEventListener: (type: string, listener: (event: PageEvent) => void) => void;
  /** As that of the DOM. */
  removeEventListener: (type: string, listener: (event: PageEvent) => void) => void;
}

/** What there is where this runs in a page. */
export interface Browser {
  readonly document?: Target & { readonly visibilityState: string };
  readonly window?: Target;
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

/** The page that this runs in; a program without a page is always visible. */
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
