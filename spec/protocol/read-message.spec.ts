import { expect } from 'chai';
import { cloudMessageTypes, type CloudMessageType } from '../../lib/protocol/message-types.js';
import { readMessage } from '../../lib/protocol/read-message.js';
import { Unreadable } from '../../lib/protocol/reader.js';
import { validatorOf } from '../../lib/protocol/validator.js';
import { cloudData, cloudExamples } from '../support/wire-examples.js';

/** What a body is read as; the same for what it costs. */
const read = (body: object): { readonly data: unknown; readonly dropped: readonly unknown[] } => {
  const result = readMessage((body as { messageType: CloudMessageType }).messageType, body);
  if (result instanceof Unreadable) return { data: `${result.path} ${result.reason}`, dropped: [] };
  const validate = validatorOf(result.data.messageType);
  expect(validate?.(result.data), 'valid by its schema').to.equal(true);
  return result;
};
const dataOf = (body: object): unknown => read(body).data;
const id = '0b7d1c1e-5a4f-4c53-9d8f-2e0f6c1a9b10';
const instance = { item: { id }, subject: { id }, priority: 0, numInstances: 1 };
const wish = (members: object): object => ({ messageType: 'desiredStatus', ...members });

/** The value with each of its keys changed. */
const respelled = (value: unknown, spell: (key: string) => string): unknown => {
  if (Array.isArray(value)) return value.map((item) => respelled(item, spell));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [spell(key), respelled(member, spell)]));
};
/** The value with more in each of its objects. */
const enriched = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(enriched);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, member]) => [key, enriched(member)] as const);
  return { unknown: { deep: [1] }, constructor: null, title: null, ...Object.fromEntries(entries) };
};
/** The value with all its numbers and booleans as texts. */
const asTexts = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(asTexts);
  if (typeof value !== 'object' || value === null)
    return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, asTexts(member)]));
};

describe('readMessage', () => {
  for (const type of cloudMessageTypes) {
    it(`reads the example of ${type} exactly`, () => {
      const { data, dropped } = read(cloudData(type));
      expect(JSON.stringify(data)).to.equal(cloudExamples[type]);
      expect(dropped).to.deep.equal([]);
    });

    it(`reads ${type} with keys in any case, unknown keys, nulls and scalars as text`, () => {
      const example = cloudData(type);
      for (const odd of [
        respelled(example, (key) => key.toUpperCase()),
        respelled(example, (key) => key.toLowerCase()),
        enriched(example),
        asTexts(example),
      ]) {
        const result = readMessage(type, odd);
        expect(result).to.deep.equal({ data: example, dropped: [] });
      }
    });
  }

  it('fills in what is absent and has a default', () => {
    const named = { item: { id }, subject: { id } };
    expect(dataOf(wish({ instances: [named] }))).to.deep.equal(wish({ instances: [instance] }));
    expect(dataOf(wish({ subjects: [{ identity: { id }, type: 'user' }] }))).to.deep.equal(
      wish({ subjects: [{ identity: { id }, type: 'user', isReportedFromUnit: false }] }),
    );
    const acceptance = { messageType: 'stateAcceptance', ...named, checksum: 'a0', result: 'accepted' };
    expect(dataOf(acceptance)).to.deep.equal({ ...acceptance, instance: 0, reason: '' });
  });

  it('keeps a list that is absent apart from one that is empty', () => {
    expect(dataOf(wish({}))).to.deep.equal(wish({}));
    expect(dataOf(wish({ items: null, instances: [] }))).to.deep.equal(wish({ instances: [] }));
  });

  describe('takes what clouds publish in another form:', () => {
    const renew = (unitSecrets: object) => ({ messageType: 'renewCertificatesNotification', unitSecrets });

    it('unitSecrets.nodes as a single object, and a version that is a number', () => {
      const secret = { node: { codename: 'gw-main' }, secret: 's' };
      expect(dataOf(renew({ version: 7, nodes: secret }))).to.deep.equal(renew({ version: '7', nodes: [secret] }));
      expect(dataOf(renew({}))).to.deep.equal(renew({ version: '' }));
    });

    it('certificate types that only the cloud knows', () => {
      const types = ['offline', 'online', 'sm', 'cm', 'iam', 'um', 'host-device', 'remote-device', 'azure-iot'];
      const certificates = types.map((type) => ({ type, node: { codename: 'n' }, certificateChain: 'PEM' }));
      const issued = { messageType: 'issuedUnitCertificates', certificates };
      expect(read(issued)).to.deep.equal({ data: issued, dropped: [] });
    });

    it('wss as the type of an upload', () => {
      const request = { ...cloudData('requestLog'), uploadOptions: { type: 'wss', url: 'wss://logs.example.net' } };
      expect(read(request)).to.deep.equal({ data: request, dropped: [] });
    });

    it('sha256 as base64, which becomes hex', () => {
      const hex = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
      const urls = (sha256: string) => ({ messageType: 'blobUrls', items: [{ digest: 'd', sha256, size: 1 }] });
      expect(dataOf(urls(Buffer.from(hex, 'hex').toString('base64')))).to.deep.equal(urls(hex));
      expect(dataOf(urls(hex.toUpperCase()))).to.deep.equal(urls(hex.toUpperCase()));
    });

    it('blobs without decryptInfo and signInfo', () => {
      const urls = { messageType: 'blobUrls', items: [{ digest: 'd', urls: ['https://x'], size: 1 }] };
      expect(read(urls)).to.deep.equal({ data: urls, dropped: [] });
    });

    it('durations in every notation, which become seconds', () => {
      const config = (minTimeout: unknown) =>
        wish({
          unitConfig: {
            nodes: [
              {
                nodeGroupSubject: { codename: 'g' },
                alertRules: { cpu: { minTimeout, minThreshold: 1, maxThreshold: 2 } },
                priority: 0,
              },
            ],
          },
        });
      for (const duration of [90, '90', '89.5', '1m30s', 'PT90S', 'PT1M30S'])
        expect(dataOf(config(duration))).to.deep.equal(config(90));
    });

    it('times without an offset, which are UTC, and longer correlationIds than units used to take', () => {
      const request = (till: string) => ({
        ...cloudData('requestLog'),
        filter: { till },
        correlationId: 'c'.repeat(38),
      });
      expect(dataOf(request('2026-03-01T00:00:00'))).to.deep.equal(request('2026-03-01T00:00:00Z'));
      expect(dataOf(request('2026-03-01T00:00:00.1234567+02:00'))).to.deep.equal(
        request('2026-03-01T00:00:00.1234567+02:00'),
      );
    });
  });

  describe('leaves out, and says so,', () => {
    const good = { ...instance, labels: ['edge'] };
    const cases: readonly (readonly [what: string, body: object, data: object, path: string, reason: string])[] = [
      [
        'an item with a text that is too long',
        wish({ instances: [good, { ...good, item: { id: 'x'.repeat(65) } }, good] }),
        wish({ instances: [good, good] }),
        '/instances/1',
        'item/id is no text of at most 64 characters',
      ],
      [
        'one label that is too long, and not the instance',
        wish({ instances: [{ ...good, labels: ['edge', 'x'.repeat(65)] }] }),
        wish({ instances: [good] }),
        '/instances/0/labels/1',
        'is no text of at most 64 characters',
      ],
      [
        'an item with an enum value that nobody knows',
        wish({
          nodes: [
            { item: { codename: 'a' }, state: 'asleep' },
            { item: { codename: 'b' }, state: 'paused' },
          ],
        }),
        wish({ nodes: [{ item: { codename: 'b' }, state: 'paused' }] }),
        '/nodes/0',
        'state is none of provisioned, paused',
      ],
      [
        'an item that lacks what it must have',
        wish({ items: [{ version: '1' }] }),
        wish({ items: [] }),
        '/items/0',
        'item is missing',
      ],
      [
        'an item with a number below 0',
        wish({ instances: [{ ...good, numInstances: -1 }] }),
        wish({ instances: [] }),
        '/instances/0',
        'numInstances is no integer of 0 or more',
      ],
      ['an item that is none', wish({ items: [7] }), wish({ items: [] }), '/items/0', 'is no object'],
      ['an item that is null', wish({ items: [null] }), wish({ items: [] }), '/items/0', 'is no object'],
      ['a section that is no list', wish({ items: 'all', nodes: [] }), wish({ nodes: [] }), '/items', 'is no list'],
      [
        'an optional section that is bad inside',
        wish({ unitConfig: { version: 'x'.repeat(33) }, nodes: [] }),
        wish({ nodes: [] }),
        '/unitConfig',
        'version is no text of at most 32 characters',
      ],
      [
        'the type of an identity that nobody knows, and not what it names',
        { ...cloudData('deprovisioningRequest'), node: { codename: 'n', type: 'planet' } },
        { ...cloudData('deprovisioningRequest'), node: { codename: 'n' } },
        '/node/type',
        'is none of service',
      ],
      [
        'a certificate without a type, and not the other certificates',
        {
          ...cloudData('renewCertificatesNotification'),
          certificates: [{ node: { codename: 'n' } }, { type: 'iam' }, { type: 'iam', node: { codename: 'n' } }],
        },
        {
          ...cloudData('renewCertificatesNotification'),
          certificates: [{ type: 'iam', node: { codename: 'n' }, serial: '' }],
        },
        '/certificates/0',
        'type is missing',
      ],
      [
        'a reason that is too long',
        { ...cloudData('stateAcceptance'), reason: 'x'.repeat(257) },
        { ...cloudData('stateAcceptance'), reason: '' },
        '/reason',
        'is no text of at most 256 characters',
      ],
      [
        'a correlationId that is endless',
        { ...wish({}), correlationId: 'x'.repeat(257) },
        wish({}),
        '/correlationId',
        'is no text of at most 256 characters',
      ],
    ];
    for (const [what, body, data, path, reason] of cases)
      it(what, () => {
        const { data: given, dropped } = read(body);
        expect(given).to.deep.equal(data);
        const [first] = dropped as { path: string; reason: string }[];
        expect(first?.path).to.equal(path);
        expect(first?.reason).to.contain(reason);
      });

    it('a hundred things by name, and the number of the others', () => {
      const { data, dropped } = read(wish({ items: Array<number>(1000).fill(1), nodes: [7] }));
      expect(data).to.deep.equal(wish({ items: [], nodes: [] }));
      expect(dropped).to.have.length(101);
      expect(dropped.at(-1)).to.deep.equal({ path: '', reason: 'and 901 more' });
    });
  });

  describe('gives up a message', () => {
    const request = cloudData('requestLog');
    const cases: readonly (readonly [what: string, body: object, why: string])[] = [
      ['without what it must have', { messageType: 'requestLog', logType: 'systemLog' }, '/filter is missing'],
      [
        'with an enum value at its top that nobody knows',
        { ...request, logType: 'x' },
        '/logType is none of systemLog',
      ],
      ['whose filter would let more through', { ...request, filter: { from: 'x' } }, '/filter/from is no time'],
      [
        'whose filter has a bad instance',
        { ...request, filter: { instance: -1 } },
        '/filter/instance is no integer of 0',
      ],
      [
        'with a state that is too long, rather than with none',
        { ...cloudData('updateState'), state: 'x'.repeat(65_537) },
        '/state is no text of at most 65536 characters',
      ],
      [
        'with a password that is none, rather than without',
        { ...cloudData('startProvisioningRequest'), password: {} },
        '/password is no text of at most 64 characters',
      ],
    ];
    for (const [what, body, why] of cases)
      it(what, () => {
        expect(dataOf(body)).to.be.a('string').and.contain(why);
      });
  });

  it('makes objects of its own', () => {
    const body = Object.freeze(wish({ items: Object.freeze([]) }));
    expect(dataOf(body)).to.deep.equal(body);
    expect(dataOf(body)).not.to.equal(body);
  });
});
