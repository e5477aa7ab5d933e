import type { ReconnectOptions } from './dashboard.js';

/** The wait, in milliseconds, that was doubled so often. */
export const doubled = (times: number, { initialDelay, maxDelay }: ReconnectSettings): number =>
  Math.min(initialDelay * 2 ** Math.min(times, 30), maxDelay);

/**
 * The wait after so many failures before this one, in milliseconds. It has no end and no slow retry; the first is spread, as
 * a server refuses all pages in the same moment.
 */
export const waitAfter = (failures: number, { reconnect, random }: WaitOptions): number => {
  const delay = doubled(failures, reconnect);
  return Math.round(delay + random() * Math.max(delay * reconnect.jitter, failures === 0 ? reconnect.spread : 0));
};

/** Options of {@link waitAfter}. */
export interface WaitOptions {
  readonly reconnect: ReconnectSettings;
  readonly random: () => number;
}

/** {@link ReconnectOptions} with every default in its place. */
export type ReconnectSettings = { readonly [Name in keyof ReconnectOptions]-?: NonNullable<ReconnectOptions[Name]> };
