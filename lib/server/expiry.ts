import type { Identity } from './identity.js';

/** The longest delay of a timer of the platform, in milliseconds; beyond it one fires at once. */
const maxDelay = 2 ** 31 - 1;

/** A page is asked for a new token this long before its identity ends, in milliseconds, or in the last fifth of its life. */
const renewBefore = 60_000;

/** Dependencies of {@link createExpiry}. */
export interface ExpiryOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Called when a new token is due, with the time that is left, in milliseconds. */
  readonly ask: (left: number) => void;
  /** Called when the identity has ended. */
  readonly ended: () => void;
}

/** Watches the end of the identity of one connection. */
export interface Expiry {
  /** Watches this identity from now on. */
  readonly watch: (identity: Identity) => void;
  readonly stop: () => void;
}

/** Asks for a new token in time, and ends what shows none. */
export const createExpiry = ({ now, ask, ended }: ExpiryOptions): Expiry => {
  let timer: NodeJS.Timeout | undefined;

  const at = (time: number, act: () => void): void => {
    const left = time - now();
    if (left <= 0) act();
    else
      timer = setTimeout(
        () => {
          at(time, act);
        },
        Math.min(Math.ceil(left), maxDelay),
      );
  };

  return {
    watch: ({ expiresAt }) => {
      clearTimeout(timer);
      if (expiresAt === undefined) return;
      const askAt = expiresAt - Math.min(renewBefore, (expiresAt - now()) / 5);
      at(askAt, () => {
        ask(Math.max(0, Math.round(expiresAt - now())));
        at(expiresAt, ended);
      });
    },
    stop: () => {
      clearTimeout(timer);
    },
  };
};
