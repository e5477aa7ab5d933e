import { oneLine } from './one-line.js';
import { hidden, redactText } from './redact-text.js';

/** So few characters of a token say nothing about the rest. */
const harmless = 8;

/**
 * The reason of a close frame as it can be shown: on one line, without secrets, and without the token of the connection,
 * which a server that is tired of it may name, and of which a frame may hold only the start.
 */
export const shownReason = (reason: string, token: string): string => {
  const whole = token === '' ? reason : reason.replaceAll(token, hidden);
  return oneLine(redactText(withoutStartOf(token, whole)));
};

const withoutStartOf = (token: string, reason: string): string => {
  for (let length = Math.min(token.length, reason.length); length > harmless; length--)
    if (reason.endsWith(token.slice(0, length))) return `${reason.slice(0, -length)}${hidden}`;
  return reason;
};
