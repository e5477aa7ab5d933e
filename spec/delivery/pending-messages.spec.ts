import { expect } from 'chai';
import {
  InvalidMessageError,
  MessageTooLargeError,
  OptionError,
  QueueFullError,
  StoppedError,
} from '../../lib/errors.js';
import { pendingMessages, type PendingMessagesOptions } from '../../lib/delivery/pending-messages.js';
import type { UnitData } from '../../lib/protocol/envelope.js';
import type { Alert } from '../../lib/protocol/messages.js';
import { unitMessageTypes } from '../../lib/protocol/message-types.js';
import type { SendOptions } from '../../lib/delivery/send-options.js';
import { numbered } from '../support/numbered.js';
import { unitData } from '../support/wire-examples.js';

const box = (options: Partial<PendingMessagesOptions> = {}) => {
  let id = 0;
  const newId = () => `t-${++id}`;
  return pendingMessages({
    systemId: 'unit-1',
    newId,
    now: () => 0,
    clock: () => 0,
    maxQueued: 10,
    maxQueuedBytes: 10_000,
    overflow: () => 'reject',
    onFailure: console.error,
    ...options,
  });
};
const alerts: UnitData = { messageType: 'alerts', items: [] };
const alert = (message: string): Alert => ({
  timestamp: '2026-03-02T08:15:30.000000Z',
  tag: 'systemAlert',
  node: { codename: 'gw-main' },
  message,
});

describe('pendingMessages', () => {
  it('makes a message with a txn of its own, the text for the wire, its size in bytes and its place', () => {
    const { accept } = box();
    const first = accept({ messageType: 'alerts', items: [alert('Ä')] });
    const frame =
      '{"header":{"version":7,"systemId":"unit-1","createdAt":"1970-01-01T00:00:00.000000Z","txn":"t-1"},' +
      '"data":{"messageType":"alerts","items":[{"timestamp":"2026-03-02T08:15:30.000000Z","tag":"systemAlert",' +
      '"node":{"codename":"gw-main"},"message":"Ä"}]}}';
    expect(first).to.include({ txn: 't-1', messageType: 'alerts', frame, order: 0, expectAck: true });
    expect(first.size).to.equal(frame.length + 1);
    expect(accept(alerts)).to.include({ txn: 't-2', order: 1 });
  });

  it('tells who watches of each step once, also of one that is final, and how many it holds', () => {
    const steps: string[] = [];
    const sizes: number[] = [];
    const { accept, record, expire, drain } = box({
      onStep: ({ txn }, status) => steps.push(`${txn} ${status}`),
      onSize: (size) => sizes.push(size),
    });
    const [first, second] = [accept(alerts), accept(alerts)];
    accept(alerts);
    record(first, 'sent');
    record(first, 'acknowledged');
    record(first, 'acknowledged');
    expire(second);
    expire(second);
    drain(new StoppedError(), () => true);
    expect(steps).to.deep.equal(['t-1 sent', 't-1 acknowledged', 't-2 dropped', 't-3 requeued']);
    expect(sizes).to.deep.equal([1, 2, 3, 2, 1, 0]);
  });

  it('sets createdAt when the message is accepted', () => {
    const { accept } = box({ now: () => Date.UTC(2026, 0, 2, 3, 4, 5, 6) });
    expect(accept(alerts).frame).to.contain('"createdAt":"2026-01-02T03:04:05.006000Z"');
  });

  it('gives the same text each time it is asked, at any time', () => {
    let time = 1_700_000_000_000.125;
    const { accept } = box({ now: () => time++ });
    const messages = Array.from({ length: 3 }, () => accept(alerts));
    const frames = messages.map(({ frame }) => frame);
    expect(frames[2]).to.contain('"createdAt":"2023-11-14T22:13:20.003125Z"');
    time += 86_400_000 * 40;
    accept(alerts);
    expect(messages.map(({ frame }) => frame)).to.deep.equal(frames);
  });

  it('knows the size of a message to the byte', () => {
    const { accept } = box({ newId: () => crypto.randomUUID() });
    for (const text of ['', 'plain', 'Äß€😀', '"\\\n\ud800'])
      expect(accept(numbered(1, text))).to.satisfy(
        ({ frame, size }: { frame: string; size: number }) => size === Buffer.byteLength(frame),
      );
  });

  it('keeps the message as it was accepted, whatever the app does to its data later', () => {
    const data = { messageType: 'alerts' as const, items: [alert('first')] };
    const { frame } = box().accept(data);
    data.items.push(alert('second'));
    expect(frame).to.contain('first').and.not.contain('second');
  });

  it('accepts every type that a unit sends', () => {
    const { accept } = box({ maxQueued: 100, maxQueuedBytes: 100_000 });
    for (const type of unitMessageTypes) expect(accept(unitData(type)).messageType).to.equal(type);
  });

  it('expects an ack unless told otherwise', () => {
    const { accept } = box();
    expect(accept(alerts, { policy: 'sendOnly' }).expectAck).to.equal(false);
    expect(accept(alerts, { policy: 'expectAck' }).expectAck).to.equal(true);
    expect(accept(alerts, {}).expectAck).to.equal(true);
  });

  const circle: unknown[] = [];
  circle.push(circle);
  for (const [title, data, message] of [
    ['nothing', undefined, 'an object with a messageType'],
    ['null', null, 'an object with a messageType'],
    ['a text', 'alerts', 'an object with a messageType'],
    ['a list', [alerts], 'an object with a messageType'],
    ['an object without messageType', {}, 'a messageType of type undefined'],
    ['a messageType that is no text', { messageType: 7 }, 'a messageType of type number'],
    ['a messageType of the cloud', { messageType: 'desiredStatus' }, '"desiredStatus" is nothing that a unit sends'],
    ['an ack', { messageType: 'ack' }, '"ack" is nothing that a unit sends'],
    ['a cycle', { messageType: 'alerts', items: circle }, '/items/0 must be object'],
    ['a BigInt', { ...unitData('pushLog'), part: 1n }, '/part must be integer'],
    ['an unknown member', { ...alerts, text: 'x' }, '/text is no member that the protocol knows'],
    ['a missing member', { messageType: 'alerts' }, '/items is missing'],
  ] as const) {
    it(`refuses ${title} and holds nothing of it`, () => {
      const { accept, size } = box();
      expect(() => accept(data as unknown as UnitData)).to.throw(InvalidMessageError, message);
      expect(size()).to.equal(0);
    });
  }

  it('refuses a message over its limit in bytes, with the size and the limit, and harms nothing else', () => {
    const limit = box().accept(numbered(1, 'Ä€😀')).size;
    const { accept, size } = box({ maxMessageBytes: limit });
    const older = accept(alerts, { coalesceKey: 'status', overflow: 'drop-oldest' });
    expect(() => accept(numbered(1, 'Ä€😀!'), { coalesceKey: 'status', overflow: 'drop-oldest' }))
      .to.throw(MessageTooLargeError, `a newState message of ${limit + 1} bytes is larger than the ${limit} bytes`)
      .and.include({ size: limit + 1, limit });
    expect([older.status, size()]).to.deep.equal(['queued', 1]);
    expect(accept(numbered(1, 'Ä€😀')).size).to.equal(limit);
  });

  it('names the types it takes when it gets another, and quotes at most 60 characters of that', () => {
    const messageType = 'x'.repeat(100) as UnitData['messageType'];
    expect(() => box().accept({ messageType })).to.throw(
      InvalidMessageError,
      `"${'x'.repeat(60)}" is nothing that a unit sends; it sends ${unitMessageTypes.join(', ')}`,
    );
  });

  it('refuses options it does not know', () => {
    const { accept, size } = box();
    const options = (value: object) => value as SendOptions;
    expect(() => accept(alerts, options({ prio: 1 }))).to.throw(
      OptionError,
      'option "prio" got a value, it takes none',
    );
    expect(() => accept(alerts, options({ policy: 'twice' }))).to.throw(
      OptionError,
      'option "policy" got "twice", it takes expectAck or sendOnly',
    );
    expect(accept(alerts, options({ policy: undefined })).expectAck).to.equal(true);
    expect(size()).to.equal(1);
  });

  it('holds so many messages and no more, until one is released', () => {
    const { accept, record, size } = box({ maxQueued: 2 });
    const first = accept(alerts);
    accept(alerts);
    expect(() => accept(alerts)).to.throw(QueueFullError, '2 messages');
    record(first, 'acknowledged');
    expect(size()).to.equal(1);
    accept(alerts);
    expect(() => accept(alerts)).to.throw(QueueFullError);
  });

  it('holds so many bytes and no more, until some are released', () => {
    const { size: bytes } = box().accept(alerts);
    const { accept, record } = box({ maxQueuedBytes: 2 * bytes });
    const first = accept(alerts);
    accept(alerts);
    expect(() => accept(alerts)).to.throw(QueueFullError, `${2 * bytes} of ${2 * bytes} bytes`);
    record(first, 'acknowledged');
    accept(alerts);
    expect(() => accept(alerts)).to.throw(QueueFullError);
  });

  it('frees the room of a message once, however often it is released', () => {
    const { size: bytes } = box().accept(alerts);
    const { accept, record, size } = box({ maxQueuedBytes: 2 * bytes });
    const first = accept(alerts);
    accept(alerts);
    record(first, 'acknowledged');
    record(first, 'acknowledged');
    accept(alerts);
    expect(size()).to.equal(2);
    expect(() => accept(alerts)).to.throw(QueueFullError);
  });

  it('drops what is left in the order of accepting, with the cause, and has room again', () => {
    const { accept, record, drain, size } = box({ maxQueued: 3 });
    const [first, second, third] = [accept(alerts), accept(alerts), accept(alerts)];
    record(second, 'acknowledged');
    const cause = new StoppedError();
    expect(drain(cause, () => false)).to.deep.equal([first, third]);
    expect([size(), first.settled, third.settled, second.status]).to.deep.equal([0, true, true, 'acknowledged']);
    expect(drain(cause, () => false)).to.deep.equal([]);
    for (let n = 0; n < 3; n++) accept(alerts);
  });

  it('gives what is left of an earlier run first, also where that was restored after others were accepted', () => {
    const { accept, restore, drain } = box();
    const accepted = accept(alerts);
    const restored = restore({ order: 0, txn: 't', messageType: 'alerts', frame: '{}' }, -1);
    expect(drain(new StoppedError(), () => false)).to.deep.equal([restored, accepted]);
  });

  it('restores a message into its lane, and into that of its type where it knows no such lane', () => {
    const { restore } = box();
    const laneOf = (messageType: string, lane?: string) => {
      const kept = { order: 0, txn: 't', messageType, frame: '{}', ...(lane === undefined ? {} : { lane }) };
      return restore(kept, -1).lane;
    };
    const [urgent, normal, bulk] = [0, 1, 2];
    expect([laneOf('alerts', 'urgent'), laneOf('pushLog', 'normal'), laneOf('alerts', 'bulk')]).to.deep.equal([
      ...[urgent, normal, bulk],
    ]);
    expect([laneOf('alerts', 'express'), laneOf('pushLog', 'express')]).to.deep.equal([normal, bulk]);
    expect([laneOf('alerts'), laneOf('pushLog')]).to.deep.equal([normal, bulk]);
  });

  it('has the bytes of what it dropped again', () => {
    const { size: bytes } = box().accept(alerts);
    const { accept, drain, size } = box({ maxQueuedBytes: bytes });
    accept(alerts);
    drain(new StoppedError(), () => false);
    accept(alerts);
    expect(size()).to.equal(1);
  });
});
