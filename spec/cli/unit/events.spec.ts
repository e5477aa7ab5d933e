import { expect } from 'chai';
import { receivedEvent } from '../../../lib/cli/unit/events.js';
import type { CloudMessage } from '../../../lib/protocol/envelope.js';
import { cloudData } from '../../support/wire-examples.js';

const header = { version: 7, systemId: 'unit-1', txn: 't' };
const data = cloudData('startProvisioningRequest');

describe('receivedEvent', () => {
  it('shows a message with its secrets replaced, or whole', () => {
    expect(receivedEvent({ header, data }, false)).to.deep.equal({
      event: 'received',
      message: { header, data: { ...data, password: '***' } },
    });
    expect(receivedEvent({ header, data }, true)).to.deep.equal({ event: 'received', message: { header, data } });
  });

  it('shows what was left out', () => {
    const message: CloudMessage = { header, data, dropped: [{ path: '/node/type', reason: 'is none of node' }] };
    expect(receivedEvent(message, true)).to.have.property('dropped').that.equals(message.dropped);
  });
});
