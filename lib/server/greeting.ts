import type { DashboardData } from '../protocol/subscription/messages.js';
import { type Authentication, type Identity, nobody } from './identity.js';
import type { HelloEvent, WithoutSession } from './server-events.js';

/** Dependencies of {@link createGreeting}. */
export interface GreetingOptions {
  /** The protocol that `hello` must name. */
  readonly protocol: string;
  readonly authenticate: (token: string | undefined) => Authentication | Identity | Promise<Authentication | Identity>;
  /** The time until `hello` must have arrived, in milliseconds. */
  readonly helloTimeout: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly record: (event: WithoutSession<HelloEvent>) => void;
  readonly close: (code: number, reason: string) => void;
  /** Takes a place for a further connection of the identity; returns false if it has too many. */
  readonly admit: (identity: Identity) => boolean;
  /** Called once a dashboard is let in. */
  readonly welcome: (hello: DashboardData<'hello'>, identity: Identity) => void;
  /** Called with the identity of each further token on the same link. */
  readonly renewed: (identity: Identity) => void;
}

/** The opening exchange of a connection: `hello`, authentication, `welcome`. */
export interface Greeting {
  /** True until the first `hello`. */
  readonly isAwaited: () => boolean;
  /** True once the dashboard is let in. */
  readonly isDone: () => boolean;
  /** Authenticates the first `hello`, and each further one once the dashboard is let in; ignores others. */
  readonly greet: (hello: DashboardData<'hello'>) => void;
  /** Stops waiting for `hello`. */
  readonly stop: () => void;
}

/** Waits for `hello`, authenticates its token, and lets the dashboard in or closes the connection. */
export const createGreeting = (options: GreetingOptions): Greeting => {
  const { protocol: spoken, authenticate, helloTimeout, now, record, close, admit, welcome, renewed } = options;
  let phase: 'awaited' | 'checked' | 'done' = 'awaited';
  let known: Identity | undefined;
  let stopped = false;
  const timer = setTimeout(() => {
    close(4408, 'no hello in time');
  }, helloTimeout);

  const check = async (hello: DashboardData<'hello'>): Promise<void> => {
    const { token, protocol, lastSession } = hello;
    const answer = protocol === spoken ? await authenticate(token) : 'ok';
    clearTimeout(timer);
    if (stopped) return;
    const identity = answer === 'ok' ? nobody : answer;
    const shown = typeof identity === 'object' ? 'ok' : identity;
    record({ kind: 'hello', protocol, lastSession, hasToken: token !== undefined, answer: shown });
    if (protocol !== spoken) close(4400, `this server speaks ${spoken}`);
    else if (identity === 'refuse' || hasEnded(identity, now())) close(4401, 'the token is refused');
    else if (identity === 'forbid') close(4403, 'forbidden');
    else letIn(hello, identity);
  };

  const letIn = (hello: DashboardData<'hello'>, identity: Identity): void => {
    if (known !== undefined && known.id !== identity.id) close(4401, 'the token is of another identity');
    else if (known !== undefined) renewed(identity);
    else if (!admit(identity)) close(4403, 'too many connections of one identity');
    else welcome(hello, identity);
    known ??= identity;
    phase = 'done';
  };

  return {
    isAwaited: () => phase === 'awaited',
    isDone: () => phase === 'done',
    greet: (hello) => {
      if (phase === 'checked') return;
      if (phase === 'awaited') phase = 'checked';
      check(hello).catch((error: unknown) => {
        close(1011, `the token could not be checked: ${String(error)}`.slice(0, 100));
      });
    },
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
};

const hasEnded = (identity: Identity | string, now: number): boolean =>
  typeof identity === 'object' && identity.expiresAt !== undefined && identity.expiresAt <= now;
