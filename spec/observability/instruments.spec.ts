import { expect } from 'chai';
import { instruments } from '../../lib/observability/instruments.js';

const table = Object.entries(instruments);

describe('the instruments', () => {
  it('have names as OpenTelemetry wants them, without the suffixes of Prometheus', () => {
    for (const [name] of table) expect(name).to.match(/^unitlink\.(?:client|server)(?:\.[a-z]+)+$/);
    expect(table.filter(([name]) => /total|seconds/.test(name))).to.deep.equal([]);
  });

  it('have names as Prometheus wants them, each once', () => {
    for (const [name, { kind, unit, prometheus }] of table) {
      expect(prometheus, name).to.match(/^unitlink_(?:client|server)_[a-z_]+$/);
      expect(prometheus.endsWith('_total'), name).to.equal(kind === 'counter');
      expect(/_seconds(?:_total)?$/.test(prometheus), name).to.equal(unit === 's');
    }
    expect(new Set(table.map(([, { prometheus }]) => prometheus)).size).to.equal(table.length);
  });

  it('have bounds exactly where they are histograms, in order', () => {
    for (const [name, { kind, buckets }] of table) {
      expect(buckets !== undefined, name).to.equal(kind === 'histogram');
      expect(buckets ?? []).to.deep.equal([...(buckets ?? [])].sort((one, other) => one - other));
    }
  });

  it('know no attribute that names a unit, a client or a place', () => {
    const attributes = new Set(table.flatMap(([, instrument]) => instrument.attributes));
    expect([...attributes].filter((name) => /id$|url|address|host|txn/i.test(name))).to.deep.equal([]);
  });
});
