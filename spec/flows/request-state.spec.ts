import { expect } from 'chai';
import { requestState } from '../../lib/flows/request-state.js';
import { stubMessenger } from '../support/messenger.js';
import { recorded } from '../support/unit-on-cloud.js';

const instance = { item: { id: 'service-1', type: 'service' as const }, subject: { codename: 'oem' }, instance: 2 };
const request = { messageType: 'stateRequest', item: { id: 'service-1' }, subject: { codename: 'oem' }, instance: 2 };

describe('requestState', () => {
  it('asks at each subscription, for the latest state or the initial one', () => {
    const unit = stubMessenger();
    const latest$ = requestState(unit, instance);
    expect(unit.sent).to.deep.equal([]);
    expect([...recorded(latest$), ...recorded(requestState(unit, instance, { initial: true }))]).to.deep.equal([
      { sent: 1 },
      { sent: 2 },
    ]);
    expect(unit.sent).to.deep.equal([
      { ...request, default: false },
      { ...request, default: true },
    ]);
  });

  it('tells why it could not be sent', () => {
    const error = new Error('stopped');
    const unit = stubMessenger({
      send: () => {
        throw error;
      },
    });
    expect(recorded(requestState(unit, instance))).to.deep.equal([{ error }]);
  });
});
