import { FailedLast } from '../collections/failed-last.js';
import { EndpointCache } from './endpoint-cache.js';

/** Findings of one attempt for the next ones of the same connection; in memory only. */
export class AttemptMemory {
  /** The endpoints and the token that discovery found. */
  readonly cache: EndpointCache = new EndpointCache();
  /** The discovery URLs that failed lately, which are asked last. */
  readonly failedUrls: FailedLast = new FailedLast();
  /** Of the last discovery answer, in milliseconds; 0 if it had none. */
  nextRequestDelay = 0;
  /** True if the token was renewed because of a 401, since the last endpoint that was opened. */
  tokenRenewed = false;
  /** The ping interval of the cloud, in milliseconds; `undefined` as long as it is not known. */
  pingInterval: number | undefined;

  /** Records that an endpoint was opened. */
  opened(): void {
    this.tokenRenewed = false;
    this.cache.opened();
  }

  /** Records that a connection was unstable: other endpoints come first, or the cloud is discovered again. */
  demote(all: boolean): void {
    if (all) this.cache.clear();
    else this.cache.moveToBack();
  }
}
