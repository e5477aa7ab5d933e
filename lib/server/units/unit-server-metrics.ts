import { closeCode } from '../../observability/close-code.js';
import type { MetricsSink } from '../../observability/metrics-sink.js';
import { isUnitMessageType } from '../../protocol/message-types.js';
import type { UnitServerEvent } from './unit-server-events.js';

/** Measures a server of units by its events, which are to be given to what is returned. */
export const unitServerMetrics = ({ add }: Pick<MetricsSink, 'add'>): ((event: UnitServerEvent) => void) => {
  const known = new Set<string>(); // units that were connected
  add('unitlink.server.connection.count', 0);
  add('unitlink.server.accepted.connections', 0);
  add('unitlink.server.reconnects', 0);
  add('unitlink.server.acked.messages', 0);

  return (event) => {
    switch (event.kind) {
      case 'upgrade':
        if (event.status !== 101) add('unitlink.server.refused.connections', 1, { status: String(event.status) });
        break;
      case 'opened':
        add('unitlink.server.connection.count', 1);
        add('unitlink.server.accepted.connections', 1);
        if (known.has(event.commonName)) add('unitlink.server.reconnects', 1);
        known.add(event.commonName);
        break;
      case 'closed': {
        const closure = { code: closeCode(event.code), clean: String(event.code !== 1006) };
        add('unitlink.server.connection.count', -1);
        add('unitlink.server.connection.closures', 1, closure);
        break;
      }
      case 'message': {
        const { messageType } = event.data;
        const type = isUnitMessageType(messageType) ? messageType : 'other';
        add('unitlink.server.received.messages', 1, { type });
        break;
      }
      case 'answered':
        if (event.answer === 'ack') add('unitlink.server.acked.messages', 1);
        break;
      case 'unreadable':
        add('unitlink.server.unreadable.messages', 1);
        break;
      case 'handshakeFailed':
        add('unitlink.server.failed.handshakes', 1);
        break;
      default:
    }
  };
};
