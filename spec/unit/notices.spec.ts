import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { expect } from 'chai';
import { asyncScheduler, throwError } from 'rxjs';
import { fake } from 'sinon';
import { ConnectError } from '../../lib/errors.js';
import { cloudMessage } from '../../lib/testing/virtual/cloud.js';
import { virtualUnit } from '../../lib/testing/virtual/unit.js';
import { connectUnit } from '../../lib/unit/connect-unit.js';
import { marbles } from '../support/marbles.js';

const refused = () => throwError(() => new ConnectError('wss://h/', 'refused: token=hush', { code: 503 }));
const ignore = { next: () => undefined, error: () => undefined };
const aMinute = { lifetime: 60_000 };

describe('what a unit says by itself', () => {
  const withWarnings = () => {
    const warn = fake();
    return { warn, diagnostics: { warn } };
  };

  marbles('warns once of a connection that cannot be had, where nobody has subscribed to state$', ({ flush }) => {
    const { warn, diagnostics } = withWarnings();
    const { unit } = virtualUnit(asyncScheduler, { link$: refused() }, { diagnostics, ...aMinute });
    unit.addListener({ onConnect: () => undefined });
    flush();
    expect(warn.args).to.deep.equal([
      [
        'unit unit-1 is not connected: ConnectError: wss://h/ cannot be opened: refused: token=*** (503); it tries again in 1000 ms. Nobody has subscribed to state$ of unit unit-1, which tells this each time; NODE_DEBUG=unitlink shows more',
        'UNITLINK_OFFLINE',
      ],
    ]);
  });

  marbles('warns of nothing that somebody has subscribed to', ({ flush }) => {
    const { warn, diagnostics } = withWarnings();
    const { unit } = virtualUnit(asyncScheduler, { link$: refused() }, { diagnostics, ...aMinute });
    unit.state$.subscribe(ignore).unsubscribe();
    flush();
    expect(warn.callCount).to.equal(0);
  });

  marbles('warns of nothing as long as all is well', ({ flush }) => {
    const { warn, diagnostics } = withWarnings();
    virtualUnit(asyncScheduler, {}, { diagnostics, ...aMinute });
    flush();
    expect(warn.callCount).to.equal(0);
  });

  marbles('warns once of code of the app that throws, where nobody has subscribed to failure$', ({ cold, flush }) => {
    const message = (txn: string) => cloudMessage({ messageType: 'desiredStatus' }, txn);
    const frame$ = () => cold('10ms a 10ms b', { a: message('a'), b: message('b') });
    const handler = () => {
      throw new Error('Bearer hush');
    };
    const { warn, diagnostics } = withWarnings();
    const unheard = virtualUnit(asyncScheduler, { frame$: frame$() }, { diagnostics, ...aMinute }).unit;
    unheard.handle('desiredStatus', handler);
    const heard = virtualUnit(
      asyncScheduler,
      { frame$: frame$() },
      { diagnostics, systemId: 'unit-2', ...aMinute },
    ).unit;
    heard.failure$.subscribe(ignore);
    heard.handle('desiredStatus', handler);
    flush();
    expect(warn.args.map(([text, code]: unknown[]) => [/AppError: .*\*\*\*/.test(String(text)), code])).to.deep.equal([
      [true, 'UNITLINK_FAILURE'],
    ]);
  });

  marbles('says each state and its cause, and what it refuses, to who looks for a fault', ({ cold, flush }) => {
    const lines: string[] = [];
    const diagnostics = { warn: () => undefined, debug: (text: string) => lines.push(text) };
    virtualUnit(
      asyncScheduler,
      { link$: cold('o 99ms |'), frame$: cold('10ms x', { x: Uint8Array.of(120) }) },
      { diagnostics, lifetime: 150 },
    );
    flush();
    expect(lines).to.deep.equal([
      'unit-1 discovering',
      'unit-1 connecting wss://cloud.example/ws/v7/',
      'unit-1 connected wss://cloud.example/ws/v7/',
      'unit-1 refused a frame of the cloud: not JSON',
      'unit-1 waiting 1000 ms for attempt 2, because of UnstableConnectionError: the connection ended before it proved useful: the cloud closed the connection to wss://cloud.example/ws/v7/ with 1000',
      'unit-1 stopped',
    ]);
  });

  describe('in Node', () => {
    const run = (debug: string) =>
      spawnSync(process.execPath, [fileURLToPath(new URL('../support/offline-child.js', import.meta.url))], {
        encoding: 'utf8',
        env: { ...process.env, NODE_DEBUG: debug },
      });

    it('is one warning of the process by default, and every state with NODE_DEBUG=unitlink', () => {
      const quiet = run('');
      expect(quiet.stderr).to.match(
        /^\(node:\d+\) \[UNITLINK_OFFLINE\] UnitlinkWarning: unit unit-1 is not connected: /,
      );
      expect(quiet.stderr.match(/UNITLINK_OFFLINE/g)).to.have.length(1);
      expect(quiet.stderr).to.contain('ENOENT').and.not.contain('UNITLINK ');
      const loud = run('unitlink');
      expect(loud.stderr).to.match(
        /^UNITLINK \d+: unit-1 waiting \d+ ms for attempt 2, because of CredentialsError: .*ENOENT/m,
      );
      expect(loud.stderr).to.match(/^UNITLINK \d+: unit-1 stopped$/m);
    });
  });

  it('shows no key where a unit is inspected', () => {
    const credentials = { ca: 'c', cert: 'c', key: 'hush' };
    const unit = connectUnit({ systemId: 'unit-1', credentials, autoStart: false });
    expect(inspect(unit, { depth: 20, showHidden: true })).not.to.contain('hush');
  });
});
