import type { Backoff } from '../operators/backoff.js';
import type { ReconnectOptions } from './types.js';

/**
 * The specification's 1, 2, 4, 8, 8 s, ten attempts, with a first one at once and up to a fifth of jitter added; then one
 * every 60 s. Jitter only adds, so that no attempt comes earlier than people were told.
 */
export const reconnect = ({
  immediateFirst,
  initialDelay,
  maxDelay,
  jitter,
  maxAttempts,
  slowRetry,
}: ReconnectSettings): Backoff => ({
  next: ({ attempt, doublings, base }, { random, retryAfter }) => {
    const isFirst = attempt === 0;
    const next = attempt + 1;
    const waited = isFirst || base === 0 ? 0 : doublings + 1;
    const due = isFirst && immediateFirst ? 0 : Math.min(initialDelay * 2 ** Math.min(waited, 30), maxDelay);
    const delay = next > maxAttempts ? slowRetry : (retryAfter ?? due);
    return {
      attempt: next,
      cycle: 1,
      delay: Math.round(delay * (1 + random() * jitter)),
      base: due === 0 ? 0 : initialDelay,
      doublings: waited,
    };
  },
  afterClose: () => 0,
});

/** {@link ReconnectOptions} with every default in its place. */
export type ReconnectSettings = { readonly [Name in keyof ReconnectOptions]-?: NonNullable<ReconnectOptions[Name]> };
