import { expect } from 'chai';
import { startCloud } from '../../lib/testing/cloud/start-cloud.js';
import { startConnectProxy } from '../support/connect-proxy.js';
import { connectTo, untilState } from '../support/unit-on-cloud.js';

const alert = { messageType: 'alerts', items: [] } as const;

describe('a unit behind a proxy', () => {
  it('goes on once a proxy that was stopped is there again', async () => {
    await using cloud = await startCloud();
    const first = await startConnectProxy();
    const { port } = first;
    await using unit = connectTo(cloud, { proxy: `http://127.0.0.1:${port}` });
    await unit.send(alert).acknowledged;
    await first[Symbol.asyncDispose]();
    expect(await untilState(unit, 'waiting')).to.have.property('cause');
    const delivery = unit.send(alert);
    await using second = await startConnectProxy({ port });
    await delivery.acknowledged;
    // For discovery, which is not asked again, and the WebSocket.
    expect([first.asked.length, second.asked.length]).to.deep.equal([2, 1]);
  });
});
