import { retryAfterOf, TokenRefusedError } from '../errors.js';
import type { RetryRules } from '../operators/retry-by.js';
import type { Wait } from '../operators/retry-options.js';
import { doubled, waitAfter } from './backoff.js';
import { closeCode, refusesToken } from './close-code.js';
import type { LinkMemory } from './link-memory.js';
import type { DashboardSettings } from './options.js';

/** A wait between two attempts to connect. */
export type Waiting = { readonly state: 'waiting' } & Wait;

/**
 * The waits between attempts to connect: the specification's 1, 2, 4, 8, 8 s, ten attempts, with a first one within `spread`
 * and up to a fifth of jitter added; then one every 60 s. Jitter only adds, so that no attempt comes earlier than the state
 * said.
 *
 * A refused token is renewed once without a wait; one that was good for a while may expire later. If the renewed one is
 * refused too, or none can be had, the waits between further attempts double, but have no end: somebody may sign in.
 */
export const reconnectWaits = (
  settings: DashboardSettings,
  memory: LinkMemory,
): Pick<RetryRules<unknown, Waiting>, 'restart' | 'waitAfter'> => {
  const { reconnect, random, token } = settings;
  const { immediateFirst, maxAttempts, slowRetry, spread, jitter } = reconnect;
  let attempt = 1;
  let waits = 0; // so far in the cycle of attempts, but for the spread of the first
  let refusals = 0; // of the current token, and those after it
  let isTogether = true; // all pages of a server lose their links together, and are in step until their next attempt

  const begin = (first: number) => {
    attempt = first;
    waits = 0;
  };
  const waitAfterLoss = (retryAfter = 0): number => {
    const due = attempt === 0 && immediateFirst ? 0 : doubled(waits++, reconnect);
    attempt++;
    const delay = attempt > maxAttempts ? slowRetry : Math.max(retryAfter, due);
    const extra = Math.max(delay * jitter, isTogether ? spread : 0);
    isTogether = false;
    return Math.round(delay + random() * extra);
  };
  return {
    restart: () => {
      begin(1);
    },
    waitAfter: (cause, { isProven, hasBrought, hasLasted, isSuccess, isRefusal, least }) => {
      const tokenRefused = refusesToken(cause);
      isTogether ||= isProven;
      if (tokenRefused ? hasLasted : hasBrought) {
        memory.isRefused = false;
        refusals = 0;
      }
      if (!tokenRefused) {
        if (isSuccess) begin(isRefusal ? 1 : 0);
        const delay = Math.max(waitAfterLoss(retryAfterOf(cause)), least);
        return [delay, [{ state: 'waiting', attempt, delay, cause }]];
      }
      const isRenewal = !memory.isRefused && typeof token === 'function';
      memory.isRefused = true;
      if (isRenewal) return [random() * spread];
      const delay = waitAfter(refusals++, settings);
      const error = new TokenRefusedError(closeCode(cause) ?? 4401, cause);
      return [delay, [{ state: 'waiting', attempt: 1, delay, cause: error }]];
    },
  };
};
