import { FailedLast } from '../collections/failed-last.js';

/** The endpoints of the cloud, and the token for them. */
export interface Endpoints {
  /** In the order they are tried. */
  readonly urls: readonly string[];
  readonly token: string;
}

/** The endpoints of the last discovery that are still of use: kept over reconnects, in memory only. */
export class EndpointCache {
  #cached: Endpoints | undefined;
  readonly #failures = new FailedLast();

  /** `undefined` when the cloud has to be discovered. */
  get(): Endpoints | undefined {
    return this.#cached;
  }

  /** After {@link runOut}, those that failed come last. */
  set(endpoints: Endpoints): Endpoints {
    const urls = this.#failures.sort(endpoints.urls, (url) => url);
    this.#cached = urls === endpoints.urls ? endpoints : { ...endpoints, urls };
    return this.#cached;
  }

  /** Notes that one was opened: the next discovery is taken in the cloud's order again. */
  opened(): void {
    this.#failures.clear();
  }

  /** Empties the cache if there was no time for all of a list. Failures are remembered, so that in time all are tried. */
  runOut(): void {
    this.#cached = undefined;
  }

  /** Leaves out an endpoint that could not be opened; without the last one the cache is empty. */
  exclude(url: string): void {
    this.#failures.failed(url);
    this.#replaceUrls((urls) => urls.filter((other) => other !== url));
    if (this.#cached === undefined) this.#failures.clear();
  }

  /** Puts the first endpoint last: it was opened and ended at once, so the others come first. */
  moveToBack(): void {
    this.#replaceUrls(([first, ...others]) => (first === undefined ? [] : [...others, first]));
  }

  clear(): void {
    this.#cached = undefined;
    this.#failures.clear();
  }

  #replaceUrls(next: (urls: readonly string[]) => readonly string[]): void {
    if (this.#cached === undefined) return;
    const urls = next(this.#cached.urls);
    this.#cached = urls.length > 0 ? { ...this.#cached, urls } : undefined;
  }
}
