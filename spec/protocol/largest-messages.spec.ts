import { expect } from 'chai';
import { decode } from '../../lib/protocol/codec.js';

const systemId = 'unit-1';
const many = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n));
const long = (length: number, n = 0): string => `${n}`.padEnd(length, 'x');
const identity = (type: string) => (n: number) => ({
  id: long(64, n),
  codename: long(64, n),
  type,
  title: long(64, n),
});
const [item, subject, node] = [identity('service'), identity('subject'), identity('node')];

const received = (data: object): unknown => {
  const header = { version: 7, systemId, createdAt: '2026-03-02T08:15:30.120450Z', txn: 't' };
  const decoded = decode(new TextEncoder().encode(JSON.stringify({ header, data })), systemId);
  return decoded.kind === 'message' ? decoded.message.data : decoded;
};

describe('the largest messages of the protocol', () => {
  it('are read: everything that a unit can be to run', () => {
    const quota = { minTimeout: 'PT10S', minThreshold: 10, maxThreshold: 20 };
    const data = {
      messageType: 'desiredStatus',
      correlationId: long(37),
      nodes: many(16, (n) => ({ item: node(n), state: 'provisioned' })),
      unitConfig: {
        version: long(32),
        formatVersion: long(32),
        nodes: many(16, (n) => ({
          node: node(n),
          nodeGroupSubject: subject(n),
          alertRules: {
            ram: quota,
            cpu: quota,
            partitions: many(4, (p) => ({ name: long(64, p), ...quota })),
            download: { minTimeout: 'PT10S', minThreshold: 1, maxThreshold: 2 },
            upload: { minTimeout: 'PT10S', minThreshold: 1, maxThreshold: 2 },
          },
          resourceRatios: { cpu: 1, ram: 1, storage: 1, state: 1 },
          labels: many(4, (l) => long(64, l)),
          priority: n,
        })),
      },
      items: many(64, (n) => ({ item: item(n), version: long(32), owner: item(n), indexDigest: long(136) })),
      instances: many(256, (n) => ({
        ...{ item: item(n), subject: subject(n), priority: n, numInstances: 1 },
        labels: many(4, (l) => long(64, l)),
      })),
      subjects: many(64, (n) => ({ identity: subject(n), type: 'group', isReportedFromUnit: false })),
      certificates: many(32, () => ({ certificate: long(2732), fingerprint: long(136) })),
      certificateChains: many(8, (n) => ({ name: long(64, n), fingerprints: many(4, (f) => long(136, f)) })),
    };
    const read = received(data);
    for (const [name, length] of [
      ['nodes', 16],
      ['items', 64],
      ['instances', 256],
      ['subjects', 64],
      ['certificates', 32],
      ['certificateChains', 8],
    ] as const)
      expect(read).to.have.property(name).with.length(length);
    expect(read).to.have.nested.property('unitConfig.nodes').with.length(16);
  });

  it('are read: all variables of all instances', () => {
    const items = many(256, (n) => ({
      ...{ item: item(n), subject: subject(n), instance: n },
      variables: many(16, (v) => ({ name: long(64, v), value: long(256, v), ttl: '2027-03-02T08:15:30.000000Z' })),
    }));
    const read = received({ messageType: 'overrideEnvVars', correlationId: long(37), items });
    expect(read).to.have.property('items').with.length(256);
    expect(read).to.have.nested.property('items[255].variables').with.length(16);
  });

  it('are far smaller than what no message can be: half a million values are refused, with the limit', () => {
    const instances = many(50_000, (n) => ({ item: { id: `${n}` }, subject: { id: 's' } }));
    expect(received({ messageType: 'desiredStatus', instances })).to.deep.equal({
      kind: 'rejected',
      reason: 'more than 40000 values',
    });
  });
});
