import { expect } from 'chai';
import { cleanUp, spawnCommand, spawnWithOptionsOfNode } from '../support/spawn-command.js';

describe('unitlink', () => {
  afterEach(cleanUp);

  const run = async (...args: readonly string[]) => {
    const command = spawnCommand(...args);
    return { code: await command.ended, stdout: command.stdout(), stderr: command.stderr() };
  };

  for (const args of [['--help'], ['unit', '--help'], ['unit', '--nonsense', '-h'], ['cloud', '--help']])
    it(`${args.join(' ')} prints a help text`, async () => {
      const { code, stdout, stderr } = await run(...args);
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
      expect(stdout).to.match(/^Usage: unitlink /);
    });

  for (const args of [['--version'], ['unit', '--version']])
    it(`${args.join(' ')} prints the version`, async () => {
      const { code, stdout, stderr } = await run(...args);
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
      expect(stdout).to.match(/^\d+\.\d+\.\d+\S*\n$/);
    });

  for (const args of [['--help'], ['doctor', '--help'], ['replay', 'examples/scenarios/delivery/nack.yaml']])
    it(`${args.join(' ')} ends with 1, and no stack trace, where nobody reads its stdout`, async () => {
      const command = spawnCommand(...args);
      command.child.stdout.destroy();
      expect({ code: await command.ended, stderr: command.stderr() }).to.deep.equal({ code: 1, stderr: '' });
    });

  it('prints the warnings of Node, but not that something is experimental', async () => {
    const warn = `process.on('newListener', (name) => {
      if (name !== 'warning') return;
      process.emitWarning('a try', 'ExperimentalWarning');
      process.emitWarning('a warning', 'Warning');
    });`;
    const options = ['--import', `data:text/javascript,${encodeURIComponent(warn)}`];
    const command = spawnWithOptionsOfNode(options, '--version');
    expect(await command.ended).to.equal(0);
    expect(command.stderr()).to.include('a warning').and.not.include('a try');
  });

  const refused: readonly (readonly [args: readonly string[], stderr: string])[] = [
    [
      [],
      'unitlink: a sub-command is missing, there are demo, unit, send, top, doctor, cloud, store, replay, completion and help (see unitlink --help)\n',
    ],
    [
      ['rerun'],
      'unitlink: "rerun" is no sub-command, there are demo, unit, send, top, doctor, cloud, store, replay, completion and help (see unitlink --help)\n',
    ],
    [
      ['toString'],
      'unitlink: "toString" is no sub-command, there are demo, unit, send, top, doctor, cloud, store, replay, completion and help (see unitlink --help)\n',
    ],
    [
      ['--colour'],
      'unitlink: "--colour" is no sub-command, there are demo, unit, send, top, doctor, cloud, store, replay, completion and help (see unitlink --help)\n',
    ],
    [['unit'], 'unitlink unit: option --system-id is missing, it takes a text that is not empty\n'],
    [['doctor'], 'unitlink doctor: option --system-id is missing, it takes a text that is not empty\n'],
    [['unit', 'a\nb'], 'unitlink unit: unexpected argument "a\\nb"\n'],
    [
      ['cloud', '--port', '65536'],
      'unitlink cloud: option --port got 65536, it takes a whole number from 0 to 65535\n',
    ],
  ];
  for (const [args, stderr] of refused)
    it(`${args.join(' ').trim() || 'without arguments'} is refused with one line and 2`, async () => {
      expect(await run(...args)).to.deep.equal({ code: 2, stdout: '', stderr });
    });
});
