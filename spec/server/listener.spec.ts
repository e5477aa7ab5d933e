import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { expect } from 'chai';
import { createListener } from '../../lib/server/listener.js';

describe('createListener', () => {
  it('ends a connection that the runtime cannot reset', async () => {
    const server = createServer();
    const listener = createListener(server, 0, '127.0.0.1');
    await listener.open();
    const client = connect(listener.port(), '127.0.0.1').on('error', () => undefined);
    const [socket] = (await once(server, 'connection')) as [Socket];
    socket.resetAndDestroy = () => {
      throw new TypeError('This handle type cannot be sent');
    };
    const closed = once(client.resume(), 'close');
    await listener.shut();
    await closed;
    expect(socket.destroyed).to.equal(true);
  });
});
