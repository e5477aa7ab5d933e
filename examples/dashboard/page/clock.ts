import { map, share, timer } from 'rxjs';

/** Every second, in milliseconds since 1970. */
export const second$ = timer(0, 1000).pipe(
  map(() => Date.now()),
  share(),
);

const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** The time of day, as in 14:02:11. */
export const clock = (at: number): string => time.format(at);

/** A time span in milliseconds as a person says it. */
export const span = (duration: number): string => {
  if (duration < 995) return `${Math.max(0, Math.round(duration))} ms`;
  if (duration < 9950) return `${(duration / 1000).toFixed(1)} s`;
  return duration < 120_000 ? `${Math.round(duration / 1000)} s` : `${Math.round(duration / 60_000)} min`;
};
