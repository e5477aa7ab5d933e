import type { ServerData } from '../../protocol/subscription/messages.js';
import type { SendFrame } from '../frame-sender.js';
import type { Outlet } from '../outlet.js';
import { maxResult, type Operations } from './operations.js';

/** Returns the {@link SendFrame} of a connection that speaks graphql-transport-ws. What it has no word for is not sent. */
export const graphqlSender = (outlet: Pick<Outlet, 'send'>, operations: Operations): SendFrame => {
  const send = (type: string, more = ''): boolean => {
    outlet.send(`{"type":"${type}"${more}}`);
    return true;
  };
  const result = (id: string, data: string, extensions: object): boolean => {
    const text = `,"id":${JSON.stringify(id)},"payload":{"data":${data},"extensions":${JSON.stringify(extensions)}}`;
    return text.length <= maxResult && send('next', text);
  };
  const value = (id: string, payload: string, extensions: object): boolean => {
    const name = operations.nameOf(id);
    return name === undefined || result(id, `{${JSON.stringify(name)}:${payload}}`, extensions);
  };
  const refuse = (id: string, { code, reason, retryAfter }: Refusal): boolean => {
    const extensions = { code, ...(retryAfter !== undefined && { retryAfter }) };
    const errors = [{ message: reason ?? code, extensions }];
    return !operations.end(id) || send('error', `,"id":${JSON.stringify(id)},"payload":${JSON.stringify(errors)}`);
  };

  return (data, payload = 'null', txn = '') => {
    switch (data.messageType) {
      case 'welcome': {
        const { sessionId, serverId, heartbeatMs } = data;
        return send('connection_ack', `,"payload":${JSON.stringify({ sessionId, serverId, heartbeatMs })}`);
      }
      case 'heartbeat':
        return send('ping');
      case 'pong':
        return send('pong');
      case 'snapshot': {
        const { subId, more, epoch, offset, seq, asOf: ts } = data;
        if (more === true) return operations.keep(subId, payload);
        return value(subId, operations.whole(subId, payload), { epoch, offset, seq, ...(ts >= 0 && { ts }) });
      }
      case 'resumed': {
        const { subId, epoch, offset, count } = data;
        return result(subId, 'null', { epoch, offset, seq: 0, resumed: count });
      }
      case 'update': {
        const { subId, offset, seq, ts, thinned } = data;
        return value(subId, payload, { offset, seq, ts, ...(thinned !== undefined && { thinned }) });
      }
      case 'ended':
        return refuse(data.subId, data);
      case 'nack':
        return refuse(txn, { code: 'failed', retryAfter: data.retryAfter });
      default:
        return true;
    }
  };
};

type Refusal = Pick<ServerData<'ended'>, 'code' | 'reason' | 'retryAfter'>;
