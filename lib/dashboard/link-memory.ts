import type { LiveLink } from './session.js';

/** The results of earlier links that later ones need. */
export interface LinkMemory {
  /** Those that failed last come last. */
  urls: readonly URL[];
  /** True if the server has refused the current token. */
  isRefused: boolean;
  /** The server that is to be avoided until the next welcome. */
  avoid: string | undefined;
  /** The link that the server welcomed last. */
  link: LiveLink | undefined;
}

/** Has a URL tried after all others. */
export const moveToBack = (memory: LinkMemory, url: URL): void => {
  memory.urls = [...memory.urls.filter((each) => each !== url), url];
};
