import type { ReconnectOptions } from './dashboard.js';

/** The wait, in milliseconds, that was doubled so often. */
export const doubled = (times: number, { initialDelay, maxDelay }: ReconnectSettings): number =>
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
