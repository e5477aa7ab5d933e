import { expect } from 'chai';
import { UsageError } from '../../../lib/cli/options/usage-error.js';
import { readTopOptions, topHelp } from '../../../lib/cli/top/options.js';

describe('the options of unitlink top', () => {
  it('take a port or a URL', () => {
    const urls = ['9464', 'http://127.0.0.1:9464', 'http://[::1]:9464/metrics', 'https://gate.example/?a'].map(
      (place) => readTopOptions([place]).url,
    );
    expect(urls).to.deep.equal([
      'http://127.0.0.1:9464/status',
      'http://127.0.0.1:9464/status',
      'http://[::1]:9464/status',
      'https://gate.example/status',
    ]);
    expect(readTopOptions(['--once', '1', '--interval', '500'])).to.include({ once: true, interval: 500 });
  });

  it('refuse anything else', () => {
    for (const args of [[], ['0'], ['65536'], ['unit-1'], ['ftp://host'], ['1', '2'], ['1', '--interval', '0']])
      expect(() => readTopOptions(args), args.join(' ')).to.throw(UsageError);
  });

  it('are in the help', () => {
    for (const name of ['--interval MS', '--once']) expect(topHelp()).to.include(name);
  });
});
