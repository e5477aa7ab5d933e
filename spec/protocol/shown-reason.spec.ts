import { expect } from 'chai';
import { shownReason } from '../../lib/protocol/shown-reason.js';

const token = 'eyJhbGciOi.hush-7f3a';

describe('shownReason', () => {
  it('shows a reason as it is', () => {
    expect(shownReason('draining, come back', token)).to.equal('draining, come back');
    expect(shownReason('draining', '')).to.equal('draining');
    expect(shownReason('', token)).to.equal('');
  });

  it('hides the token of the connection, also where it is cut off', () => {
    expect(shownReason(`${token} has expired, ${token}!`, token)).to.equal('*** has expired, ***!');
    expect(shownReason(`no more of ${token.slice(0, 15)}`, token)).to.equal('no more of ***');
    expect(shownReason(token.slice(0, 9), token)).to.equal('***');
  });

  it('hides what looks like a secret, and what a terminal would obey', () => {
    expect(shownReason('{"password":"hush"} https://h/?hush', '')).to.equal('{"password":"***"} https://h/?***');
    expect(shownReason('\u001b[2J\nx', '')).to.equal('\\u001b[2J x');
  });
});
