import { expect } from 'chai';
import type { MessageData } from '../../lib/protocol/envelope.js';
import { unitMessageTypes } from '../../lib/protocol/message-types.js';
import { wireFormOf } from '../../lib/protocol/wire-form.js';
import { unitData } from '../support/wire-examples.js';

const isInWireForm = (data: MessageData): boolean => wireFormOf(data.messageType)?.(data) === true;
const sample = { timestamp: '2026-03-02T08:15:00.000000Z', ram: 1, cpu: 2, download: 3, upload: 4 };
const node = { codename: 'gw-main' };
class Node {
  readonly codename = 'gw-main';
  toJSON() {
    return 7;
  }
}
const withJsonForm = <T extends object>(value: T): T =>
  Object.defineProperty(value, 'toJSON', { value: () => 7, enumerable: false });
class Attrs {
  readonly [name: string]: string;
}
Object.defineProperty(Attrs.prototype, 'toJSON', { value: () => 7 });
const usage = (members: object) => ({
  messageType: 'monitoringData',
  nodes: [{ node, items: [{ ...sample, ...members }] }],
});

const status = (attrs: object) => ({
  messageType: 'unitStatus',
  isDeltaInfo: true,
  nodes: [
    {
      identity: { codename: 'gw-main', title: '' },
      nodeGroupSubject: { codename: 'gateway' },
      maxDmips: 1,
      totalRam: 1,
      osInfo: { os: 'linux' },
      attrs,
      state: 'provisioned',
      isConnected: true,
    },
  ],
});

describe('wireFormOf', () => {
  for (const type of unitMessageTypes)
    it(`knows a ${type} that goes on the wire as it is`, () => {
      expect(isInWireForm({ ...unitData(type) })).to.equal(true);
    });

  it('knows an ack', () => {
    expect(isInWireForm({ messageType: 'ack' })).to.equal(true);
    expect(wireFormOf('constructor')).to.equal(undefined);
  });

  it('knows a map of texts', () => {
    expect(isInWireForm(status({ b: '1', a: '2' }))).to.equal(true);
  });

  it('takes undefined for absent', () => {
    expect(isInWireForm(usage({ partitions: undefined }))).to.equal(true);
  });

  const others: readonly (readonly [what: string, data: MessageData])[] = [
    ['keys in another order', { nodes: [], messageType: 'monitoringData' }],
    ['keys in another order deep inside', { messageType: 'monitoringData', nodes: [{ items: [], node }] }],
    ['a key that nobody knows', usage({ load: 1 })],
    ['a time in another form', usage({ timestamp: '2026-03-02T08:15:00Z' })],
    ['a time in another form of the same length', usage({ timestamp: '2026-03-02T08:15:00+01:000Z' })],
    ['a number to round', usage({ cpu: 1.5 })],
    ['what is to be left out', usage({ partitions: [] })],
    ['an empty correlationId', { messageType: 'alerts', correlationId: '', items: [] }],
    ['what has a JSON form of its own', { ...usage({}), nodes: [{ node: new Node(), items: [] }] }],
    ['a list with a JSON form of its own', { ...usage({}), nodes: withJsonForm([]) }],
    [
      'a list deep inside with a JSON form of its own',
      usage({ partitions: withJsonForm([{ name: 'a', usedSize: 1 }]) }),
    ],
    ['a map whose class has a JSON form', status(Object.assign(new Attrs(), { a: '1' }))],
    ['a map of something else', status({ a: 1 })],
    ['a map that is empty', status({})],
    ['what does not fit', { messageType: 'alerts' }],
  ];
  for (const [what, data] of others)
    it(`sends ${what} the long way`, () => {
      expect(isInWireForm(data)).to.equal(false);
    });
});
