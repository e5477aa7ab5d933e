import type { IncomingMessage } from 'node:http';
import type { DashboardData } from '../protocol/subscription/messages.js';
import { createExpiry } from './expiry.js';
import type { SendFrame } from './frame-sender.js';
import { createGreeting, type Greeting } from './greeting.js';
import { type Authenticate, type Identity, nobody } from './identity.js';
import type { IdentityShares } from './identity-shares.js';
import type { HelloEvent, WithoutSession } from './server-events.js';

/** Dependencies of {@link createHolder}. */
export interface HolderOptions {
  readonly request: IncomingMessage;
  /** The protocol that `hello` must name. */
  readonly protocol: string;
  readonly authenticate: Authenticate;
  /** The connections of each identity. */
  readonly connectionShares: IdentityShares;
  readonly helloTimeout: number;
  readonly now: () => number;
  readonly record: (event: WithoutSession<HelloEvent>) => void;
  readonly close: (code: number, reason: string) => void;
  readonly sendFrame: SendFrame;
  /** Called once the dashboard is let in. */
  readonly welcome: (hello: DashboardData<'hello'>) => void;
  /** Called when it has shown a further token. */
  readonly renewed: () => void;
}

/** The identity behind one connection, from its first token on. */
export interface Holder extends Greeting {
  /** Returns the identity; nobody before the welcome. */
  readonly identity: () => Identity;
}

/** Authenticates the tokens of one connection, asks for another in time, and ends what shows none. */
export const createHolder = (options: HolderOptions): Holder => {
  const { request, authenticate, connectionShares, now, close, sendFrame, welcome, renewed } = options;
  let identity = nobody;
  let holds = false;
  const expiry = createExpiry({
    now,
    ask: (left) => {
      sendFrame({ messageType: 'renew', expiresInMs: left });
    },
    ended: () => {
      close(4401, 'the token has expired');
    },
  });
  const become = (one: Identity): void => {
    identity = one;
    expiry.watch(one);
  };
  const greeting = createGreeting({
    ...options,
    authenticate: (token) => authenticate(token, request),
    admit: ({ id }) => (holds = connectionShares.take(id)),
    welcome: (hello, one) => {
      identity = one;
      welcome(hello);
      become(one);
    },
    renewed: (one) => {
      become(one);
      renewed();
    },
  });
  return {
    ...greeting,
    identity: () => identity,
    stop: () => {
      greeting.stop();
      expiry.stop();
      if (holds) connectionShares.free(identity.id);
      holds = false;
    },
  };
};
