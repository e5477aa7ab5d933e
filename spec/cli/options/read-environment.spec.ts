import { expect } from 'chai';
import { flag, text, whole } from '../../../lib/cli/options/option.js';
import { readEnvironment } from '../../../lib/cli/options/read-environment.js';
import { UsageError } from '../../../lib/cli/options/usage-error.js';

const options = {
  ackTimeout: whole('MS', ''),
  store: text('DIR', ''),
  allowInsecure: flag(''),
  token: text('T', '', true),
};

const read = (environment: Readonly<Record<string, string>>) =>
  Object.fromEntries(readEnvironment(options, environment));

describe('readEnvironment', () => {
  it('takes each option by its name in capitals', () => {
    expect(read({ UNITLINK_ACK_TIMEOUT: '5', UNITLINK_STORE: 'q', UNITLINK_ALLOW_INSECURE: '1' })).to.deep.equal({
      ...{ ackTimeout: 5, store: 'q', allowInsecure: true },
    });
    expect(read({ UNITLINK_ALLOW_INSECURE: 'false' })).to.deep.equal({ allowInsecure: false });
  });

  it('takes no notice of what is empty, or of another program', () => {
    expect(read({ UNITLINK_STORE: '', UNITLINK_BUILT: '1', STORE: 'x' })).to.deep.equal({});
  });

  it('refuses what an option does not take, and shows no secret', () => {
    expect(() => read({ UNITLINK_ACK_TIMEOUT: 'soon' })).to.throw(
      UsageError,
      /^variable UNITLINK_ACK_TIMEOUT got "soon", it takes a whole number of milliseconds/,
    );
    expect(() => read({ UNITLINK_ALLOW_INSECURE: 'perhaps' })).to.throw(UsageError, 'true or false');
  });
});
