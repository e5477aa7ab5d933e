import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { completion } from '../../../lib/cli/completion/command.js';
import { UsageError } from '../../../lib/cli/options/usage-error.js';

describe('completion', () => {
  for (const shell of ['bash', 'zsh', 'fish'])
    it(`has each sub-command and its options for ${shell}`, () => {
      const script = completion([shell]);
      for (const name of ['unit', 'send', 'top', 'doctor', 'cloud', 'store', 'replay']) expect(script).to.include(name);
      for (const option of ['ack-timeout', 'discovery-port', 'html', 'interval']) expect(script).to.include(option);
    });

  it('completes in bash', () => {
    const words = (...line: readonly string[]) => {
      const typed = `COMP_WORDS=(${line.join(' ')}); COMP_CWORD=${line.length - 1}; _unitlink; echo "\${COMPREPLY[@]}"`;
      return spawnSync('bash', ['-c', `${completion(['bash'])}\n${typed}`], { encoding: 'utf8' }).stdout.trim();
    };
    expect(words('unitlink', 'un')).to.equal('unit');
    expect(words('unitlink', 'unit', '--ack')).to.equal('--ack-timeout');
  });

  it('refuses another shell', () => {
    expect(() => completion(['tcsh'])).to.throw(UsageError, 'bash, zsh or fish');
  });
});
