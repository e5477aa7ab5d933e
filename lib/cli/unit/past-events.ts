import type { Log } from '../../observability/log.js';
import { oneLine } from '../../protocol/one-line.js';
import { redactText } from '../../protocol/redact-text.js';
import type { UnitEvent } from './events.js';
import { logUnitEvent } from './log-event.js';
import type { PastEvent } from './status.js';

const mostEvents = 20;
const longestText = 300;

/** The last events of a unit, in words. */
export interface PastEvents {
  /** Takes an event of the time `now`, in milliseconds since 1970. */
  readonly take: (event: UnitEvent, now: number) => void;
  /** Returns the last ones, the oldest first. */
  readonly list: () => readonly PastEvent[];
}

/**
 * Keeps the last 20 events but for the usual steps of messages. Of a row of the same, such as messages that are dropped, it
 * keeps the last with their number, so that a flood of them leaves room for what came before.
 */
export const pastEvents = (): PastEvents => {
  const kept: { readonly kind: string | undefined; readonly event: PastEvent }[] = [];
  return {
    take: (event, now) => {
      if (isUsual(event)) return;
      const kind = kindOf(event);
      const last = kept.at(-1);
      const isSame = last !== undefined && kind !== undefined && last.kind === kind;
      const times = isSame ? (last.event.times ?? 1) + 1 : 1;
      if (isSame) kept.pop();
      kept.push({ kind, event: { ...inWords(event, now), ...(times > 1 && { times }) } });
      if (kept.length > mostEvents) kept.shift();
    },
    list: () => kept.map(({ event }) => event),
  };
};

const isUsual = (event: UnitEvent): boolean =>
  event.event === 'delivery' && event.status !== 'dropped' && event.cause?.name !== 'NackError';

/** Two events of the same kind in a row are shown as one; undefined for those that are shown each. */
const kindOf = (event: UnitEvent): string | undefined => {
  switch (event.event) {
    case 'delivery':
      return ['delivery', event.status, event.messageType, event.cause?.name].join(' ');
    case 'received':
      return ['received', event.message.data.messageType].join(' ');
    case 'rejected':
      return ['rejected', event.source, event.reason].join(' ');
    default:
      return undefined;
  }
};

const inWords = (event: UnitEvent, now: number): PastEvent => {
  const words: { readonly level: string; readonly text: string }[] = [];
  const log: Log = (level, text) => {
    if (level !== 'trace') words.push({ level, text: typeof text === 'function' ? text() : text });
  };
  logUnitEvent(log, event);
  const text = oneLine(redactText(words.map((word) => word.text).join('; ')));
  return { at: new Date(now).toISOString(), level: words[0]?.level ?? 'info', text: text.slice(0, longestText) };
};
