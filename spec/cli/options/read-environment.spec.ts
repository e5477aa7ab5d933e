import { expect } from 'chai';
import { flag, text, whole } from '../../../lib/cli/options/option.js';
import { misspelt, readEnvironment } from '../../../lib/cli/options/read-environment.js';
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

describe('misspelt', () => {
  it('tells of a variable that is close to that of an option, and of no other', () => {
    const environment = {
      ...{ UNITLINK_ACK_TIMOUT: '5', UNITLINK_ACK_TIMEOUT: '5', UNITLINK_STOER: 'q' },
      ...{ UNITLINK_SERVICE_HOST: '10.0.0.1', UNITLINK_PORT: 'tcp://10.0.0.1:80', UNITLINK_BUILT: '1', STOER: 'x' },
    };
    expect(misspelt(options, environment)).to.deep.equal([
      'variable UNITLINK_ACK_TIMOUT is ignored, perhaps UNITLINK_ACK_TIMEOUT is meant',
      'variable UNITLINK_STOER is ignored, perhaps UNITLINK_STORE is meant',
    ]);
  });
});
