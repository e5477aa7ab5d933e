import { expect } from 'chai';
import { serviceManager } from '../../../lib/cli/io/service-manager.js';
import { marbles } from '../../support/marbles.js';

describe('serviceManager', () => {
  const calls: (readonly string[])[] = [];
  const logged: string[] = [];
  const log = (_level: string, text: string | (() => string)) => logged.push(typeof text === 'string' ? text : text());
  const run = (command: string, args: readonly string[]) => calls.push([command, ...args]);

  beforeEach(() => {
    calls.length = 0;
    logged.length = 0;
  });

  it('reports by systemd-notify, in the name of this process', () => {
    serviceManager({ NOTIFY_SOCKET: '/run/x' }, log, run).notify('READY=1', 'STATUS=connected');
    expect(calls).to.deep.equal([['systemd-notify', `--pid=${process.pid}`, 'READY=1', 'STATUS=connected']]);
  });

  it('reports nothing where no service manager started it', () => {
    serviceManager({}, log, run).notify('READY=1');
    expect(calls).to.deep.equal([]);
  });

  it('says once that it cannot report, and goes on', () => {
    const { notify } = serviceManager({ NOTIFY_SOCKET: '/run/x' }, log, (_command, _args, failed) => {
      failed(new Error('ENOENT'));
    });
    notify('READY=1');
    notify('STOPPING=1');
    expect(logged).to.deep.equal(['the service manager cannot be notified: ENOENT']);
  });

  marbles('feeds the watchdog twice in its time', ({ expectObservable }) => {
    const { watchdog$ } = serviceManager({ NOTIFY_SOCKET: '/run/x', WATCHDOG_USEC: '20000' }, log, run);
    expectObservable(watchdog$, '25ms !').toBe('10ms w 9ms w', { w: ['WATCHDOG=1'] });
  });
});
