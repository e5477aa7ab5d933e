import type { Agent } from 'node:http';
import type { DialOptions } from './dial.js';
import type { Tunnel } from './tunnel.js';
import type { Credentials } from './types.js';

/** Options of a discovery request, and of the upgrade to a WebSocket. */
export interface RequestOptions extends DialOptions {
  /**
   * Headers of both requests; those of the protocol cannot be replaced. One `User-Agent` here takes the place of
   * `unitlink/VERSION`.
   *
   * @defaultValue none
   */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /**
   * Makes the agent of each request, such as one for SOCKS. It has to show the credentials itself; no other option about
   * the way to the cloud counts then.
   *
   * @defaultValue one of its own
   */
  readonly agent?: ((credentials: Credentials) => Agent) | undefined;
  /**
   * Makes the tunnel through a proxy to a URL.
   *
   * @internal
   */
  readonly tunnel?: ((url: string, credentials: Credentials | undefined) => Tunnel) | undefined;
}
