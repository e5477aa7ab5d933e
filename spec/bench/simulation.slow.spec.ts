import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { simulate } from '../../bench/simulation/index.js';

describe('simulate', () => {
  it('keeps every promise for 300 seeds', async () => {
    for (let seed = 1; seed <= 300; seed++) {
      const { violation, events } = simulate({ seed });
      expect(violation, `seed ${seed}`).to.equal(undefined);
      expect(events.at(-1)).to.include({ kind: 'process', what: 'gone' });
      await turn();
    }
  }).timeout(120_000);

  it('lets all that can go wrong go wrong', async () => {
    const seen = new Set<string>();
    for (let seed = 1; seed <= 300; seed++) {
      for (const event of simulate({ seed }).events) {
        seen.add(event.kind);
        if (event.kind === 'fault') seen.add(event.fault.kind);
        if (event.kind === 'arrived') seen.add(event.verdict);
        if (event.kind === 'report' || event.kind === 'ended' || event.kind === 'state') seen.add(event.cause ?? '');
      }
      await turn();
    }
    const faults = [
      ...['reset', 'close', 'silence', 'blackhole', 'half-open', 'network-down', 'token-expiry', 'token-chaos'],
      ...['discovery', 'upgrade', 'restart', 'accept-then-close', 'slow-reader', 'ackless', 'garbage'],
      ...['crash', 'stop', 'freeze', 'clock-jump', 'store', 'credentials'],
    ];
    const verdicts = ['ack', 'late', 'nack', 'lostAck', 'dropped', 'doubled', 'poison', 'silence', 'no ack'];
    const causes = [
      ...['AckTimeoutError', 'ExpiredError', 'WithdrawnError', 'ReplacedError', 'StoreError', 'StoppedError'],
      ...['NackError', 'DeadLinkError', 'UnauthorizedError', 'UnstableConnectionError', 'ConnectionClosedError'],
      ...[
        'DiscoveryError',
        'DiscoveryRefusedError',
        'ConnectTimeoutError',
        'ConnectionLostError',
        'UndeliverableError',
      ],
    ];
    expect(seen).to.include.all.keys([...faults, ...verdicts, ...causes, 'reading', 'restored']);
  }).timeout(120_000);
});
