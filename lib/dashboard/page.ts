import { EMPTY, filter, fromEvent, map, merge, of, type Observable } from 'rxjs';

/** What is told of the page that a dashboard runs in. */
export interface Page {
  /** Whether it can be seen; the latest is replayed. */
  readonly visible$: Observable<boolean>;
  /**
   * A hint that a connection may be possible now; `true` where the page slept, so that a link that is open is in doubt.
   */
  readonly hint$: Observable<boolean>;
  /** The page is left, perhaps for good. */
  readonly left$?: Observable<unknown>;
  /** Brings a text to a server although the page is left. */
  readonly beacon?: (url: string, text: string) => void;
}

/** What a page calls for its events. */
export type Listener = (event: { readonly persisted: boolean }) => void;

/** As much of an event target as is used here. */
export interface Target {
  /** As that of the DOM. */
  addEventListener: (type: string, listener: Listener | null) => void;
  /** As that of the DOM. */
  removeEventListener: (type: string, listener: Listener | null) => void;
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

/** The page that this runs in; a program without a page is always visible. */
export const thisPage = ({ document, window, navigator }: Browser = globalThis as Browser): Page => {
  if (!document || !window) return { visible$: of(true), hint$: EMPTY };
  const isVisible = () => document.visibilityState !== 'hidden';
  const changed$ = fromEvent(document, 'visibilitychange');
  // Out of the browser's cache a page comes back whole, but its link was cut.
  const restored$ = fromEvent(window, 'pageshow').pipe(filter(({ persisted }) => persisted));
  const slept$ = merge(fromEvent(document, 'resume'), restored$);
  const hopeful$ = merge(fromEvent(window, 'online'), changed$.pipe(filter(isVisible)));
  return {
    visible$: merge(of(0), changed$).pipe(map(isVisible)),
    hint$: merge(slept$.pipe(map(() => true)), hopeful$.pipe(map(() => false))),
    left$: fromEvent(window, 'pagehide'),
    beacon: (url, text) => navigator?.sendBeacon?.(url, text),
  };
};
