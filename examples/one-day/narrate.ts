import type { ConnectionState, DeliveryReport } from 'unitlink';
import type { CloudEvent } from 'unitlink/testing';
import type { Row } from './timeline.js';

/** An error by its name and, where it has one, its code. */
const cause = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? error.code : undefined;
  return typeof code === 'string' || typeof code === 'number' ? `${error.name} ${code}` : error.name;
};

const seconds = (milliseconds: number): string => `${milliseconds / 1000} s`;

/** The row for a state of the connection. */
export const narrateState = (entered: ConnectionState): Row => {
  const side = 'unit';
  switch (entered.state) {
    case 'discovering':
      return { side, text: 'asks service discovery' };
    case 'connecting':
      return { side, text: `connects to ${entered.url}` };
    case 'connected':
      return { side, text: 'CONNECTED' };
    case 'waiting': {
      const when = entered.delay === 0 ? 'at once' : `in ${seconds(entered.delay)}`;
      return { side, text: `attempt ${entered.attempt} ${when}, after ${cause(entered.cause)}`, isTrouble: true };
    }
    case 'stopped':
      return { side, text: 'STOPPED' };
  }
};

/** The row for a step of a message, if it is worth one. */
export const narrateDelivery = (report: DeliveryReport, item: string, isConnected: boolean): Row | undefined => {
  const side = 'unit';
  switch (report.status) {
    case 'queued':
      return { side, text: isConnected ? 'sends' : 'offline, queues', item };
    case 'sent':
      return report.attempt > 1 ? { side, text: 'sends again', item } : undefined;
    case 'requeued':
      return { side, text: `back into the queue after ${cause(report.cause)}:`, item, isTrouble: true };
    case 'acknowledged':
      return { side, text: 'delivered', item };
    case 'dropped':
      return { side, text: `DROPPED after ${cause(report.cause)}:`, item, isTrouble: true };
  }
};

const answers = { ack: 'gets and acks', nack: 'gets and nacks', none: 'gets and does not answer' } as const;

/** The row for an event of the cloud, if it is worth one. `nameOf` names a message of the unit by its txn. */
export const narrateCloud = (event: CloudEvent, nameOf: (txn: string) => string): Row | undefined => {
  const side = 'cloud';
  switch (event.kind) {
    case 'discovery':
      return { side, text: 'discovery returns endpoint and token' };
    case 'upgrade':
      return event.status === 101
        ? undefined
        : { side, text: `refuses the upgrade with ${event.status}`, isTrouble: true };
    case 'handshakeFailed':
      return { side, text: `TLS handshake failed: ${event.reason}`, isTrouble: true };
    case 'opened':
      return { side, text: `session ${event.session} open for ${event.commonName}` };
    case 'closed':
      return { side, text: `session ${event.session} over, ${event.code === 1006 ? 'no close frame' : event.code}` };
    case 'answered':
      return { side, text: answers[event.answer], item: nameOf(event.txn), isTrouble: event.answer !== 'ack' };
    case 'ack':
      return { side, text: 'its message was acked' };
    case 'outage':
      return { side, text: 'OUTAGE: refuses every connection', isTrouble: true };
    case 'restored':
      return { side, text: 'listens again' };
    case 'nack':
    case 'unreadable':
    case 'restoreFailed':
      return { side, text: event.kind, isTrouble: true };
    case 'message':
    case 'ping':
    case 'pong':
      return undefined;
  }
};
