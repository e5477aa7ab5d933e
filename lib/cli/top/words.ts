/** A number for people: `12,345`. */
export const whole = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 0 });

/** The time of the day in UTC, as the log of the unit has it. */
export const clock = (time: number): string =>
  Number.isFinite(time) ? new Date(time).toISOString().slice(11, 19) : '--:--:--';

/** A duration (milliseconds) in its two largest units. */
export const lasting = (duration: number): string => {
  if (!(duration >= 1000)) return `${Math.max(0, Math.round(duration || 0))} ms`;
  const seconds = Math.floor(duration / 1000);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (minutes === 0) return `${seconds} s`;
  if (hours === 0) return `${minutes} min ${seconds % 60} s`;
  return hours < 24 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
};
