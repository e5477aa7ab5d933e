import { redact } from './redact.js';
import { redactText } from './redact-text.js';
import { oneLine } from './log.js';
import { secretNames } from './secret-names.js';

/** Whether a frame goes to the cloud or comes from it. */
export type FrameDirection = 'TX' | 'RX';

const utf8 = new TextDecoder();

/** A frame as a line of the message log, its end included: `TX: ` or `RX: `, and its JSON with `"***"` for what is secret. */
export const messageLine = (direction: FrameDirection, frame: string | Uint8Array): string => {
  const text = typeof frame === 'string' ? frame : utf8.decode(frame);
  return `${direction}: ${onOneLine(mayHoldSecret(text) ? withoutSecrets(text) : text)}\n`;
};

/** Between the members of JSON these are blanks, and inside its strings they cannot be. */
const onOneLine = (text: string): string => oneLine(text.replace(/[\t\n\r]/g, ' '));

const withoutSecrets = (text: string): string => {
  try {
    return JSON.stringify(redact(JSON.parse(text)));
  } catch {
    return redactText(text);
  }
};

/** Names as {@link secretNames} has them, spelled in any way, and standing alone. */
const names = secretNames.map((name) => Array.from(name).join('[-_]*')).join('|');
/** To parse each frame would cost more than to send it, and few hold a secret: this may be wrong about those that do not. */
const suspicious = new RegExp(
  String.raw`(?<![a-z0-9])(?:${names})(?![a-z0-9])|bearer[\s\\]|-----BEGIN|://[^\s/?#@"']+@|\\[u/]`,
  'iu',
);
const mayHoldSecret = (text: string): boolean => suspicious.test(text);
