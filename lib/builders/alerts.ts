import type { UnitData } from '../protocol/envelope.js';
import type { Alert } from '../protocol/messages.js';
import { wireTime, type Timed } from './time.js';

const mostPerMessage = 16;
const longestMessage = 32_768;
/** The rest of a character that was cut. */
const halfCharacter = /[\ud800-\udbff]$/;

/**
 * The `alerts` messages that carry these alerts, 16 each; none for none. Texts for people are cut at 32,768 characters,
 * and an empty one becomes `-`, since the cloud takes neither.
 *
 * @param items - the alerts, with times of any kind
 * @returns the messages, to be sent one by one
 *
 * @example
 * ```ts
 * for (const data of alerts([{ tag: 'systemAlert', timestamp: new Date(), node, message: 'eth0 link down' }])) unit.send(data);
 * ```
 */
export const alerts = (items: readonly Timed<Alert>[]): readonly UnitData<'alerts'>[] => {
  const written = items.map(alert);
  return Array.from({ length: Math.ceil(written.length / mostPerMessage) }, (_, n) => ({
    messageType: 'alerts',
    items: written.slice(n * mostPerMessage, (n + 1) * mostPerMessage),
  }));
};

const alert = (item: Timed<Alert>): Alert => {
  const written = { ...item, timestamp: wireTime(item.timestamp) } as Alert;
  return 'message' in written
    ? { ...written, message: written.message.slice(0, longestMessage).replace(halfCharacter, '') || '-' }
    : written;
};
