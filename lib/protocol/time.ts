/** A time as the protocol writes it: UTC, always six fraction digits. `at` is in milliseconds since 1970. */
export const formatTime = (at: number): string => {
  const microseconds = Math.round(at * 1000);
  const milliseconds = new Date(Math.floor(microseconds / 1000)).toISOString().slice(0, -1);
  return `${milliseconds}${String(microseconds % 1000).padStart(3, '0')}Z`;
};
