import { type DashboardData, subscriptionProfile } from '../protocol/subscription/messages.js';
import type { Authentication } from './options.js';
import type { HelloEvent, WithoutSession } from './server-events.js';

/** Dependencies of {@link createGreeting}. */
export interface GreetingOptions {
  readonly authenticate: (token: string | undefined) => Authentication | Promise<Authentication>;
  /** The time until `hello` must have arrived, in milliseconds. */
  readonly helloTimeout: number;
  readonly record: (event: WithoutSession<HelloEvent>) => void;
  readonly close: (code: number, reason: string) => void;
  /** Called once a dashboard is let in. */
  readonly welcome: (hello: DashboardData<'hello'>) => void;
}

/** The opening exchange of a connection: `hello`, authentication, `welcome`. */
export interface Greeting {
  /** True until the first `hello`. */
  readonly isAwaited: () => boolean;
  /** True once the dashboard is let in. */
  readonly isDone: () => boolean;
  /** Authenticates the first `hello`; ignores further ones. */
  readonly greet: (hello: DashboardData<'hello'>) => void;
  /** Stops waiting for `hello`. */
  readonly stop: () => void;
}

/** Waits for `hello`, authenticates its token, and lets the dashboard in or closes the connection. */
export const createGreeting = (options: GreetingOptions): Greeting => {
  const { authenticate, helloTimeout, record, close, welcome } = options;
  let phase: 'awaited' | 'checked' | 'done' = 'awaited';
  const timer = setTimeout(() => {
    close(4408, 'no hello in time');
  }, helloTimeout);

  const check = async (hello: DashboardData<'hello'>): Promise<void> => {
    const { token, protocol, lastSession } = hello;
    const answer = protocol === subscriptionProfile ? await authenticate(token) : 'ok';
    clearTimeout(timer);
    record({ kind: 'hello', protocol, lastSession, hasToken: token !== undefined, answer });
    if (protocol !== subscriptionProfile) close(4400, `this server speaks ${subscriptionProfile}`);
    else if (answer === 'refuse') close(4401, 'the token is refused');
    else if (answer === 'forbid') close(4403, 'forbidden');
    else {
      phase = 'done';
      welcome(hello);
    }
  };

  return {
    isAwaited: () => phase === 'awaited',
    isDone: () => phase === 'done',
    greet: (hello) => {
      if (phase !== 'awaited') return;
      phase = 'checked';
      check(hello).catch((error: unknown) => {
        close(1011, `the token could not be checked: ${String(error)}`.slice(0, 100));
      });
    },
    stop: () => {
      clearTimeout(timer);
    },
  };
};
