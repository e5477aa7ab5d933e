import { expect } from 'chai';
import { newState, stateChecksum } from '../../lib/builders/new-state.js';
import { writeMessage } from '../../lib/protocol/write-message.js';

describe('stateChecksum', () => {
  it('is SHA3-224 in lower-case hex', () => {
    expect(stateChecksum('')).to.equal('6b4e03423667dbb73b6e15454f0eb1abd4597f9a1b078e3f5b5a6bc7');
    expect(stateChecksum('abc')).to.equal('e642824c3f8cf24ad09234ee7d3c766fc9a3a5168d0c94ad73b46fdf');
  });
});

describe('newState', () => {
  it('carries the state with its checksum', () => {
    const ident = { item: { id: 'i' }, subject: { id: 's' }, instance: 0 };
    expect(writeMessage(newState(ident, 'abc'))).to.equal(
      '{"messageType":"newState","item":{"id":"i"},"subject":{"id":"s"},"instance":0,' +
        '"stateChecksum":"e642824c3f8cf24ad09234ee7d3c766fc9a3a5168d0c94ad73b46fdf","state":"abc"}',
    );
  });
});
