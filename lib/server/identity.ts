import type { IncomingMessage } from 'node:http';

/** The holder of a token, as the app knows it. */
export interface Identity {
  /** Names the holder: the bounds of one identity hold for all of its connections together. Empty for nobody. */
  readonly id: string;
  /**
   * The time at which the identity ends, in milliseconds since 1970. A page is asked for a new token before that, on the
   * same link; without one its connection is closed with 4401.
   *
   * @defaultValue it does not end
   */
  readonly expiresAt?: number;
  /** Anything else that `authorize` needs, such as roles. */
  readonly [claim: string]: unknown;
}

/** The result of checking a token without an identity: let in as nobody, closed with 4401, or closed with 4403. */
export type Authentication = 'ok' | 'refuse' | 'forbid';

/** Checks the token of a dashboard; `request` is the upgrade, with its cookies and headers. */
export type Authenticate = (
  token: string | undefined,
  request: IncomingMessage,
) => Authentication | Identity | Promise<Authentication | Identity>;

/** The result of `authorize`: seen, refused with `forbidden`, or seen with these params instead. */
export type Authorization =
  | boolean
  | {
      /** The params that are used instead. */
      readonly params: unknown;
    };

/** Decides on the subscription of a topic, each time that it is made and when its page shows another token. */
export type Authorize = (identity: Identity, topic: string, params: unknown) => Authorization | Promise<Authorization>;

/** The identity of a page that was let in without one. */
export const nobody: Identity = { id: '' };
