import { expect } from 'chai';
import { monitoringData } from '../../lib/builders/monitoring-data.js';
import { writeMessage } from '../../lib/protocol/write-message.js';

const node = { codename: 'gw-main' };
const sample = (ram: number) => ({ timestamp: 0, ram, cpu: 1.5, download: 2.4, upload: 0 });

describe('monitoringData', () => {
  it('makes what goes on the wire: times in full, numbers rounded, nothing that is empty', () => {
    const partitions = [{ name: 'storages', usedSize: 10.6 }];
    expect(writeMessage(monitoringData({ nodes: [{ node, items: [{ ...sample(1), partitions }] }] }))).to.equal(
      '{"messageType":"monitoringData","nodes":[{"node":{"codename":"gw-main"},"items":[' +
        '{"timestamp":"1970-01-01T00:00:00.000000Z","ram":1,"cpu":2,"download":2,"upload":0,' +
        '"partitions":[{"name":"storages","usedSize":11}]}]}]}',
    );
  });

  it('carries instances and states', () => {
    const nodeStates = [{ timestamp: 1, state: 'provisioned', isConnected: true }] as const;
    const itemStates = [{ timestamp: new Date(2), state: 'active' }] as const;
    const instance = { item: { id: 'i' }, subject: { id: 's' }, instance: 0, node, itemStates, items: [sample(3)] };
    expect(writeMessage(monitoringData({ nodes: [{ node, nodeStates, items: [] }], instances: [instance] }))).to.equal(
      '{"messageType":"monitoringData","nodes":[{"node":{"codename":"gw-main"},"nodeStates":[' +
        '{"timestamp":"1970-01-01T00:00:00.001000Z","state":"provisioned","isConnected":true}],"items":[]}],' +
        '"instances":[{"item":{"id":"i"},"subject":{"id":"s"},"instance":0,"node":{"codename":"gw-main"},"itemStates":[' +
        '{"timestamp":"1970-01-01T00:00:00.002000Z","state":"active"}],"items":[' +
        '{"timestamp":"1970-01-01T00:00:00.000000Z","ram":3,"cpu":2,"download":2,"upload":0}]}]}',
    );
  });

  it('carries the last 16 samples and states', () => {
    const { nodes } = monitoringData({ nodes: [{ node, items: Array.from({ length: 20 }, (_, n) => sample(n)) }] });
    expect(nodes[0]?.items.map(({ ram }) => ram)).to.deep.equal(Array.from({ length: 16 }, (_, n) => n + 4));
  });
});
