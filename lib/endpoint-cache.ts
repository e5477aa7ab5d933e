/** Where the cloud is, and the token it wants to see there. */
export interface Endpoints {
  /** In the order they are tried. */
  readonly urls: readonly string[];
  readonly token: string;
}

/** What the last discovery found, as far as it is still of use: kept over reconnects, in memory only. */
export class EndpointCache {
  #cached: Endpoints | undefined;

  /** `undefined` when the cloud has to be discovered. */
  get(): Endpoints | undefined {
    return this.#cached;
  }

  set(endpoints: Endpoints): Endpoints {
    this.#cached = endpoints;
    return endpoints;
  }

  /** Leaves out an endpoint that could not be opened; without the last one the cache is empty. */
  passOver(url: string): void {
    this.#replaceUrls((urls) => urls.filter((other) => other !== url));
  }

  /** Puts the first endpoint last: it was opened and ended at once, so the others come first. */
  putBehind(): void {
    this.#replaceUrls(([first, ...others]) => (first === undefined ? [] : [...others, first]));
  }

  clear(): void {
    this.#cached = undefined;
  }

  #replaceUrls(next: (urls: readonly string[]) => readonly string[]): void {
    if (this.#cached === undefined) return;
    const urls = next(this.#cached.urls);
    this.#cached = urls.length > 0 ? { ...this.#cached, urls } : undefined;
  }
}
