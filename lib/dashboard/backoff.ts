import type { Backoff } from '../operators/backoff.js';
import type { ReconnectOptions } from './dashboard.js';

/**
 * The specification's 1, 2, 4, 8, 8 s, ten attempts, with a first one within `spread` and up to a fifth of jitter added;
 * then one every 60 s. Jitter only adds, so that no attempt comes earlier than the state said.
 * `takeTogether` says whether the pages of a server keep step, and is answered once: they lose it in the same moment.
 */
export const reconnect = (settings: ReconnectSettings, takeTogether: () => boolean): Backoff => ({
  next: ({ attempt, doublings, base }, { random, retryAfter }) => {
    const { immediateFirst, initialDelay, maxAttempts, slowRetry, spread, jitter } = settings;
    const isFirst = attempt === 0;
    const next = attempt + 1;
    const waited = isFirst || base === 0 ? 0 : doublings + 1;
    const due = isFirst && immediateFirst ? 0 : doubled(waited, settings);
    const delay = next > maxAttempts ? slowRetry : Math.max(retryAfter ?? 0, due);
    const extra = Math.max(delay * jitter, takeTogether() ? spread : 0);
    return {
      attempt: next,
      cycle: 1,
      delay: Math.round(delay + random() * extra),
      base: due === 0 ? 0 : initialDelay,
      doublings: waited,
    };
  },
  afterClose: () => 0,
});

/** The wait, in milliseconds, that was doubled so often. */
const doubled = (times: number, { initialDelay, maxDelay }: ReconnectSettings): number =>
  Math.min(initialDelay * 2 ** Math.min(times, 30), maxDelay);

/**
 * The wait after so many failures before this one, in milliseconds. It has no end and no slow retry; the first is spread, as
 * a server refuses all pages in the same moment.
 */
export const waitAfter = (failures: number, settings: ReconnectSettings, random: () => number): number => {
  const delay = doubled(failures, settings);
  return Math.round(delay + random() * Math.max(delay * settings.jitter, failures === 0 ? settings.spread : 0));
};

/** {@link ReconnectOptions} with every default in its place. */
export type ReconnectSettings = { readonly [Name in keyof ReconnectOptions]-?: NonNullable<ReconnectOptions[Name]> };
