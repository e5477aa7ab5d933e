import { expect } from 'chai';
import { InvalidMessageError } from '../../lib/errors.js';
import { decoder, type Decoded } from '../../lib/protocol/codec.js';
import type { UnitData } from '../../lib/protocol/envelope.js';
import { cloudMessageTypes, unitMessageTypes } from '../../lib/protocol/message-types.js';
import { validatorOf } from '../../lib/protocol/validator.js';
import { writeMessage } from '../../lib/protocol/write-message.js';
import { mutated, seeded } from '../support/mutate.js';
import { cloudData, unitData } from '../support/wire-examples.js';

const prototypes = [Object.prototype, Array.prototype, String.prototype, Function.prototype];
const fingerprint = () => prototypes.flatMap((prototype) => Reflect.ownKeys(prototype).map(String)).join();

/** Whether all objects in the value are plain ones. */
const isPlain = (value: unknown): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (Array.isArray(value)
    ? value.every(isPlain)
    : Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(isPlain));

describe('mutated messages', () => {
  it('of the cloud, 100,000 of them, are delivered valid or not at all, and touch no prototype', () => {
    const random = seeded(7);
    const decode = decoder('unit-1');
    const header = { version: 7, systemId: 'unit-1', createdAt: '2026-03-02T08:15:30.000000Z', txn: 'txn' };
    const originals = [
      ...cloudMessageTypes.map((type) => ({ header, data: cloudData(type) })),
      { header, data: { messageType: 'ack' } },
      { header, data: { messageType: 'nack', retryAfter: 1 } },
    ];
    const before = fingerprint();
    const kinds: Record<Decoded['kind'] | 'dropped', number> = { ack: 0, nack: 0, message: 0, rejected: 0, dropped: 0 };
    const encoder = new TextEncoder();
    const wrong: string[] = [];
    for (let n = 0; n < 100_000; n++) {
      const original = originals[n % originals.length];
      const text =
        random() < 0.2
          ? mutated(original, random)
          : `{"header":${JSON.stringify(header)},"data":${mutated(original?.data, random)}}`;
      const decoded = decode(encoder.encode(text));
      kinds[decoded.kind]++;
      if (decoded.kind !== 'message') continue;
      const { data, dropped } = decoded.message;
      if (dropped !== undefined) kinds.dropped++;
      if (validatorOf(data.messageType)?.(data) !== true || !isPlain(data)) wrong.push(text);
    }
    expect(wrong).to.deep.equal([]);
    expect(fingerprint()).to.equal(before);
    expect(({} as Record<string, unknown>)['polluted']).to.equal(undefined);
    // Otherwise it would prove little.
    expect(kinds.message).to.be.greaterThan(20_000);
    expect(kinds.rejected).to.be.greaterThan(20_000);
    expect(kinds.dropped).to.be.greaterThan(3000);
  });

  it('of the app, 20,000 of them, are written valid and in order, or refused', () => {
    const random = seeded(11);
    const before = fingerprint();
    let written = 0;
    for (let n = 0; n < 20_000; n++) {
      const type = unitMessageTypes[n % unitMessageTypes.length] ?? 'alerts';
      let data: UnitData;
      try {
        data = JSON.parse(mutated(unitData(type), random)) as UnitData;
        if (typeof data !== 'object' || typeof data.messageType !== 'string') continue;
      } catch {
        continue;
      }
      try {
        const text = writeMessage(data);
        written++;
        const again = JSON.parse(text) as UnitData;
        expect(validatorOf(again.messageType)?.(again)).to.equal(true);
        expect(writeMessage(again)).to.equal(text);
      } catch (error) {
        expect(error).to.be.instanceOf(InvalidMessageError);
      }
    }
    expect(fingerprint()).to.equal(before);
    expect(written).to.be.greaterThan(500);
  });
});
