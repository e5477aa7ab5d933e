import { expect } from 'chai';
import { InvalidMessageError } from '../../lib/errors.js';
import type { UnitData } from '../../lib/protocol/envelope.js';
import { unitMessageTypes } from '../../lib/protocol/message-types.js';
import { writeMessage } from '../../lib/protocol/write-message.js';
import { unitData, unitExamples, withAttrs } from '../support/wire-examples.js';

/** The value with the keys of all its objects the other way round. */
const reversed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  const entries: [string, unknown][] = Object.entries(value);
  return Object.fromEntries(entries.reverse().map(([key, member]) => [key, reversed(member)]));
};
const written = (data: object): string => writeMessage(data as UnitData);
const refusal = (data: object): readonly [path: string | undefined, reason: string] | undefined => {
  try {
    written(data);
  } catch (error) {
    if (!(error instanceof InvalidMessageError)) throw error;
    return [error.path, error.reason];
  }
  return undefined;
};
const time = '2026-03-02T08:15:30.000000Z';
const node = { codename: 'gw-main' };

describe('writeMessage', () => {
  for (const type of unitMessageTypes) {
    it(`writes the example of ${type} as it is in the protocol`, () => {
      expect(written(unitData(type))).to.equal(unitExamples[type]);
    });

    it(`writes the keys of ${type} in the order of the protocol, whatever order they come in`, () => {
      const data = unitData(type);
      expect(written(reversed(data) as object)).to.equal(unitExamples[type]);
      expect(data).to.deep.equal(JSON.parse(unitExamples[type]));
    });

    it(`refuses a ${type} with a member that nobody knows`, () => {
      expect(refusal({ ...unitData(type), extra: 1 })).to.deep.equal([
        '/extra',
        'is no member that the protocol knows',
      ]);
    });
  }

  it('writes an ack', () => {
    expect(written({ messageType: 'ack' })).to.equal('{"messageType":"ack"}');
  });

  it('leaves out an empty correlationId, what is undefined, and what is optional and empty', () => {
    const sample = { timestamp: time, ram: 1, cpu: 2, download: 3, upload: 4, partitions: [] };
    const data = { node, nodeStates: [], items: [sample] };
    expect(written({ messageType: 'monitoringData', correlationId: '', nodes: [data], instances: [] })).to.equal(
      `{"messageType":"monitoringData","nodes":[{"node":{"codename":"gw-main"},"items":[{"timestamp":"${time}",` +
        '"ram":1,"cpu":2,"download":3,"upload":4}]}]}',
    );
    expect(written({ messageType: 'alerts', correlationId: undefined, items: [] })).to.equal(
      '{"messageType":"alerts","items":[]}',
    );
  });

  it('keeps the empty sections of a status apart from those that are left out', () => {
    expect(written({ messageType: 'unitStatus', isDeltaInfo: false, items: [], subjects: [] })).to.equal(
      '{"messageType":"unitStatus","isDeltaInfo":false,"items":[],"subjects":[]}',
    );
  });

  it('leaves out of a node what is empty', () => {
    const [whole] = unitData('unitStatus').nodes ?? [];
    const nodes = [
      {
        ...whole,
        cpus: [],
        attrs: {},
        partitions: [],
        runtimes: [],
        resources: [],
        osInfo: { os: 'x', version: '', features: [] },
      },
    ];
    expect(written({ messageType: 'unitStatus', isDeltaInfo: true, nodes })).to.equal(
      '{"messageType":"unitStatus","isDeltaInfo":true,"nodes":[{"identity":{"codename":"gw-main","title":"Gateway"},' +
        '"nodeGroupSubject":{"codename":"gateway"},"maxDmips":24000,"totalRam":4294967296,"osInfo":{"os":"x"},' +
        '"state":"provisioned","isConnected":true}]}',
    );
  });

  it('writes every time in UTC with six fraction digits', () => {
    const times = [
      ['2026-03-02T08:15:30.120450Z', '2026-03-02T08:15:30.120450Z'],
      ['2026-03-02T08:15:30Z', '2026-03-02T08:15:30.000000Z'],
      ['2026-03-02T08:15:30.5Z', '2026-03-02T08:15:30.500000Z'],
      ['2026-03-02T08:15:30.123456789Z', '2026-03-02T08:15:30.123456Z'],
      ['2026-03-02T08:15:30.25', '2026-03-02T08:15:30.250000Z'],
      ['2026-03-02T00:15:30.000001+02:00', '2026-03-01T22:15:30.000001Z'],
    ];
    for (const [timestamp, expected] of times)
      expect(
        written({ messageType: 'alerts', items: [{ timestamp, tag: 'systemAlert', node, message: 'm' }] }),
      ).to.equal(
        `{"messageType":"alerts","items":[{"timestamp":"${expected ?? ''}","tag":"systemAlert",` +
          '"node":{"codename":"gw-main"},"message":"m"}]}',
      );
  });

  it('rounds what is measured in fractions', () => {
    const alert = { timestamp: time, tag: 'systemQuotaAlert', node, parameter: 'cpu', value: 12.5 };
    expect(written({ messageType: 'alerts', items: [alert] })).to.contain('"value":13}');
  });

  it('leaves slashes and characters beyond ASCII as they are', () => {
    expect(written({ ...unitData('newState'), state: 'a/b größer ✓ 😀' })).to.contain('"state":"a/b größer ✓ 😀"}');
  });

  it('writes the members and not what toJSON makes of them', () => {
    class Node {
      readonly codename = 'gw-main';
      toJSON() {
        return { codename: 7 };
      }
    }
    expect(written({ ...unitData('finishProvisioningResponse'), node: new Node() })).to.contain(
      '"node":{"codename":"gw-main"}',
    );
  });

  it('writes the items of a list and the entries of a map, and not what toJSON makes of them', () => {
    class Attrs {
      readonly a = '1';
      toJSON() {
        return { a: 7 };
      }
    }
    class Items<T> extends Array<T> {
      toJSON() {
        return 7;
      }
    }
    const [whole] = unitData('unitStatus').nodes ?? [];
    const attrs = new Attrs() as unknown as Readonly<Record<string, string>>;
    const nodes = whole ? Items.of({ ...whole, attrs }) : [];
    expect(written({ messageType: 'unitStatus', isDeltaInfo: true, nodes }))
      .to.contain('"nodes":[{"identity"')
      .and.contain('"attrs":{"a":"1"}');
  });

  describe('refuses', () => {
    const alert = { timestamp: time, tag: 'systemAlert', node, message: 'm' };
    const alerts = (...items: readonly unknown[]) => ({ messageType: 'alerts', items });
    const cases: readonly (readonly [what: string, data: object, path: string, reason: string])[] = [
      [
        'a type of the cloud that is no type',
        { messageType: 'nothing' },
        '',
        'a messageType that the protocol does not know',
      ],
      ['a missing member', { messageType: 'alerts' }, '/items', 'is missing'],
      ['a missing member deep inside', alerts({ ...alert, node: {} }), '/items/0/node/codename', 'is missing'],
      ['a text for a number', { ...unitData('pushLog'), part: '1' }, '/part', 'must be integer'],
      ['a number for a text', alerts({ ...alert, message: 7 }), '/items/0/message', 'must be string'],
      ['an attribute that is no text', withAttrs({ a: 1 as unknown as string }), '/nodes/0/attrs/a', 'must be string'],
      ['null', { ...unitData('newState'), state: null }, '/state', 'must be string'],
      ['a negative number', { ...unitData('pushLog'), part: -1 }, '/part', 'must be >= 0'],
      ['a fraction where pieces are counted', { ...unitData('pushLog'), part: 1.5 }, '/part', 'must be integer'],
      ['a number that is none', { ...unitData('pushLog'), part: NaN }, '/part', 'must be integer'],
      ['a number without end', { ...unitData('pushLog'), part: Infinity }, '/part', 'must be integer'],
      ['a Date', alerts({ ...alert, timestamp: new Date() }), '/items/0/timestamp', 'must be string'],
      [
        'a text that is no time',
        alerts({ ...alert, timestamp: 'now' }),
        '/items/0/timestamp',
        'must be a time such as',
      ],
      [
        'an alert that nobody knows',
        alerts({ ...alert, tag: 'fire' }),
        '/items/0/tag',
        'must be one that the protocol',
      ],
      ['an alert with what belongs to another', alerts({ ...alert, value: 1 }), '/items/0/value', 'is no member'],
      ['an alert without words', alerts({ ...alert, message: '' }), '/items/0/message', 'fewer than 1 characters'],
      ['17 alerts', alerts(...Array<unknown>(17).fill(alert)), '/items', 'not have more than 16 items'],
      ['17 blobs', { ...unitData('requestBlobUrls'), digests: Array(17).fill('') }, '/digests', 'more than 16 items'],
      [
        'an id of 65 characters',
        alerts({ ...alert, node: { codename: 'x'.repeat(65) } }),
        '/items/0/node/codename',
        '64',
      ],
      [
        'an enum value that nobody knows',
        { ...unitData('pushLog'), status: 'failed' },
        '/status',
        'ok, error, empty, absent',
      ],
      [
        'base64 with line breaks',
        { ...unitData('pushLog'), content: 'H4sI\r\nAAAA' },
        '/content',
        'must match pattern',
      ],
      [
        'a checksum in capitals',
        { ...unitData('newState'), stateChecksum: 'A0' },
        '/stateChecksum',
        'must match pattern',
      ],
      ['a state over 64 KiB', { ...unitData('newState'), state: 'x'.repeat(65_537) }, '/state', '65536 characters'],
      [
        'a member named __proto__',
        JSON.parse('{"messageType":"alerts","items":[],"__proto__":{}}') as object,
        '/__proto__',
        'is no member',
      ],
      [
        'a member named constructor',
        { messageType: 'alerts', items: [], constructor: 1 },
        '/constructor',
        'is no member',
      ],
    ];
    for (const [what, data, path, reason] of cases)
      it(`${what}, and says where and why`, () => {
        const [where, why] = refusal(data) ?? [];
        expect(where ?? '').to.equal(path);
        expect(why).to.contain(reason);
      });

    it('in words that hold no value', () => {
      const secret = {
        ...unitData('issueUnitCertificates'),
        requests: [{ type: 'hush', node: { codename: 1 }, csr: {} }],
      };
      expect(() => written(secret)).to.throw(
        InvalidMessageError,
        /^a message of type issueUnitCertificates is not valid: /,
      );
      expect(() => written(secret)).not.to.throw(/hush/);
    });
  });
});
