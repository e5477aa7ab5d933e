import { expect } from 'chai';
import { alerts } from '../../lib/builders/alerts.js';
import { writeMessage } from '../../lib/protocol/write-message.js';

const node = { codename: 'gw-main' };
const alert = (message: string) => ({ tag: 'systemAlert', timestamp: 0, node, message }) as const;

describe('alerts', () => {
  it('makes one message of up to 16 alerts, and further ones for more', () => {
    const messages = alerts(Array.from({ length: 33 }, (_, n) => alert(`${n}`)));
    expect(messages.map(({ items }) => items.length)).to.deep.equal([16, 16, 1]);
    expect(messages[2]?.items[0]).to.include({ message: '32' });
    expect(alerts([])).to.deep.equal([]);
  });

  it('takes times as Date, as number and as text', () => {
    const at = Date.UTC(2026, 2, 2, 8, 15, 30, 250);
    const times = [new Date(at), at, '2026-03-02T08:15:30.25Z', '2026-03-02T09:15:30.25+01:00'];
    const [data] = alerts(times.map((timestamp) => ({ ...alert('m'), timestamp })));
    expect(data?.items.map(({ timestamp }) => timestamp)).to.deep.equal(
      Array<string>(4).fill('2026-03-02T08:15:30.250000Z'),
    );
  });

  it('makes of every text one that the cloud takes', () => {
    const [data] = alerts([alert(''), alert('x'.repeat(40_000)), alert(`${'x'.repeat(32_767)}😀`)]);
    const lengths = data?.items.map((item) => ('message' in item ? item.message.length : 0));
    expect(lengths).to.deep.equal([1, 32_768, 32_767]);
    expect(data && writeMessage(data)).to.be.a('string');
  });

  it('makes what goes on the wire as it is', () => {
    const [data] = alerts([
      {
        timestamp: 0,
        tag: 'instanceQuotaAlert',
        item: { id: 'i' },
        subject: { id: 's' },
        instance: 1,
        parameter: 'cpu',
        value: 9,
      },
    ]);
    expect(data && writeMessage(data)).to.equal(
      '{"messageType":"alerts","items":[{"timestamp":"1970-01-01T00:00:00.000000Z","tag":"instanceQuotaAlert",' +
        '"item":{"id":"i"},"subject":{"id":"s"},"instance":1,"parameter":"cpu","value":9}]}',
    );
  });
});
