import { stripVTControlCharacters } from 'node:util';
import { expect } from 'chai';
import { picture, type PictureOptions } from '../../../lib/cli/top/picture.js';
import { lasting } from '../../../lib/cli/top/words.js';
import { unitStatus } from '../../support/unit-status.js';

const options: PictureOptions = {
  ...{ url: 'http://127.0.0.1:9464/status', rows: 23, columns: 80, colour: false, isLive: true },
};

describe('the picture of unitlink top', () => {
  it('shows the state, the queue by lane, rates, certificates and events in 80 columns', () => {
    const rates = { sent: 12.34, acked: 12, nacked: 0, resent: 0, dropped: 0, received: 0.25 };
    expect(picture({ status: unitStatus(), rates }, options)).to.deep.equal([
      'unitlink top  unit-1   process 7, up 1 min 0 s   03:04:05   q: quit',
      '',
      'State       connected for 30 s',
      'Cloud       wss://cloud.example/',
      'Queue       3 of 10,000: urgent 1, normal 2, bulk 0, restored 0',
      'In flight   2',
      'Reconnects  3 (lost 2, dead 1)',
      '',
      'Messages           sent      acked     nacked     resent    dropped   received',
      'a second           12.3       12.0        0.0        0.0        0.0        0.3',
      'in all            1,200      1,190          2          3          0          4',
      '',
      'Certificate unit-1 until 2026-01-07, 4 days left',
      '',
      '03:03:30    asking service discovery',
      '03:03:35    connected to wss://cloud.example/',
    ]);
  });

  it('says once what is known, without rates and keys', () => {
    const lines = picture({ status: unitStatus() }, { ...options, rows: Infinity, columns: Infinity, isLive: false });
    expect(lines.join('\n')).to.not.match(/a second|quit/);
  });

  it('shows a unit that waits, with its cause on as many lines as it takes, and a store that fails', () => {
    const cause = { name: 'DiscoveryError', message: `service discovery failed: ${'x'.repeat(80)} ECONNREFUSED` };
    const state = { state: 'waiting', at: '2026-01-02T03:04:00.000Z', attempt: 3, delay: 2000, cause } as const;
    const storeError = { name: 'StoreError', message: 'the disk is full' };
    const lines = picture({ status: unitStatus({ state: { ...state, storeError } }) }, options);
    expect(lines.slice(2, 6)).to.deep.equal([
      'State       waiting for 5 s, attempt 3 after 2 s',
      `Cause       DiscoveryError: service discovery failed: ${'x'.repeat(26)}`,
      `            ${'x'.repeat(54)} ECONNREFUSED`,
      'Store       StoreError: the disk is full',
    ]);
  });

  it('says first that there is no answer, and keeps what was known', () => {
    const lost = { why: 'the connection is refused', since: Date.UTC(2026, 0, 2, 3, 4, 7) };
    expect(picture({ lost }, { ...options, columns: 100 })).to.deep.equal([
      'NO ANSWER from http://127.0.0.1:9464/status since 03:04:07: the connection is refused',
      'It is asked again and again. What is shown was known before.',
    ]);
    const lines = picture({ status: unitStatus(), lost }, options);
    expect(lines.findIndex((line) => line.startsWith('NO ANSWER'))).to.equal(1);
    expect(lines).to.include('Cloud       wss://cloud.example/');
  });

  it('has as many lines as there are rows at most, the newest events last', () => {
    const events = Array.from({ length: 20 }, (_, n) => ({
      at: '2026-01-02T03:03:30.000Z',
      level: 'warn',
      text: `${n}`,
    }));
    for (const rows of [1, 5, 12, 13, 18, 23, 60]) {
      const lines = picture({ status: unitStatus({ events }) }, { ...options, rows });
      expect(lines.length, `${rows} rows`).to.be.at.most(rows);
      if (rows > 12) expect(lines.at(-1)).to.equal('03:03:30    19');
    }
  });

  it('obeys nothing that the cloud or the status brings, in colour neither', () => {
    const evil = '\u001b[2J\u001b]0;title\u0007\n';
    const status = unitStatus({
      ...{
        systemId: evil,
        state: { state: evil as 'stopped', at: evil, url: evil, cause: { name: evil, message: evil } },
      },
      reconnects: { [evil]: 1 },
      certificates: [{ name: 'CA', subject: evil, validTo: evil }],
      events: [{ at: evil, level: 'error', text: evil }],
    });
    const lost = { why: evil, since: 0 };
    for (const colour of [false, true])
      for (const line of picture({ status, lost }, { ...options, url: evil, colour })) {
        expect(stripVTControlCharacters(line)).to.not.match(/\p{Cc}/u);
        // eslint-disable-next-line no-control-regex
        expect(line.replaceAll(/\u001b\[\d+m/g, '')).to.not.match(/\p{Cc}/u);
      }
  });
});

describe('lasting', () => {
  it('has two units', () => {
    const durations = [0, 684, 1000, 59_999, 61_000, 3_661_000, 90_061_000, -5, NaN];
    expect(durations.map(lasting)).to.deep.equal([
      ...['0 ms', '684 ms', '1 s', '59 s', '1 min 1 s', '1 h 1 min', '1 d 1 h', '0 ms', '0 ms'],
    ]);
  });
});
