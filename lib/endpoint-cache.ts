/** Where the cloud is, and the token it wants to see there. */
export interface Endpoints {
  /** In the order they are tried. */
  readonly urls: readonly string[];
  readonly token: string;
}

/** What the last discovery found, as far as it is still of use. */
export interface EndpointCache {
  /** `undefined` when the cloud has to be discovered. */
  readonly get: () => Endpoints | undefined;
  readonly set: (endpoints: Endpoints) => Endpoints;
  /** Leaves out an endpoint that could not be opened; without the last one the cache is empty. */
  readonly passOver: (url: string) => void;
  /** Puts the first endpoint last: it was opened and ended at once, so the others come first. */
  readonly putBehind: () => void;
  readonly clear: () => void;
}

/** Keeps what was discovered over reconnects, in memory only. */
export const endpointCache = (): EndpointCache => {
  let cached: Endpoints | undefined;
  const replaceUrls = (next: (urls: readonly string[]) => readonly string[]) => {
    if (cached === undefined) return;
    const urls = next(cached.urls);
    cached = urls.length > 0 ? { ...cached, urls } : undefined;
  };
  return {
    get: () => cached,
    set: (endpoints) => (cached = endpoints),
    passOver: (url) => {
      replaceUrls((urls) => urls.filter((other) => other !== url));
    },
    putBehind: () => {
      replaceUrls(([first, ...others]) => (first === undefined ? [] : [...others, first]));
    },
    clear: () => {
      cached = undefined;
    },
  };
};
