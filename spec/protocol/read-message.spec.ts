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

    it('URLs of up to 4096 characters, as presigned ones are', () => {
      const url = (length: number) => `https://cdn.example.net/${'x'.repeat(length - 24)}`;
      const urls = (...all: readonly string[]) => ({
        messageType: 'blobUrls',
        items: [{ digest: 'd', urls: all, size: 1 }],
      });
      expect(read(urls(url(457), url(4096)))).to.deep.equal({ data: urls(url(457), url(4096)), dropped: [] });
      const { data, dropped } = read(urls(url(4097), url(457)));
      expect(data).to.deep.equal(urls(url(457)));
      expect(dropped).to.deep.equal([{ path: '/items/0/urls/0', reason: 'is no text of at most 4096 characters' }]);
      const upload = (members: object) => ({
        ...cloudData('requestLog'),
        uploadOptions: { type: 'https', ...members },
      });
      const long = upload({ url: url(4096), bearerToken: 'b'.repeat(2000) });
      expect(read(long)).to.deep.equal({ data: long, dropped: [] });
      expect(dataOf(upload({ url: url(4097), bearerToken: 'b' }))).to.deep.equal(upload({ bearerToken: 'b' }));
    });

    describe('base64', () => {
      const bytes = (length: number) => Buffer.from(Array.from({ length }, (_, n) => 251 + n));
      /** As `base64` and many a library write it. */
      const inLines = (text: string) => `${text.replace(/.{1,64}/g, '$&\r\n')}\n`;
      const blob = (blockIv: string, blockKey: string, value: string, sha256: string) => ({
        messageType: 'blobUrls',
        items: [
          {
            digest: 'd',
            size: 1,
            sha256,
            decryptInfo: { blockAlg: 'AES256/CBC/pkcs7', blockIv, blockKey },
            signInfo: { chainName: 'c', alg: 'RSA/SHA256', value, trustedTimestamp: '2026-02-28T10:00:00Z' },
          },
        ],
      });
      const certified = (certificate: string, fingerprint: string) =>
        wish({
          certificates: [{ certificate, fingerprint }],
          certificateChains: [{ name: 'n', fingerprints: [fingerprint] }],
        });
      const [iv, key, value, der] = [16, 64, 512, 2048].map((length) => bytes(length).toString('base64')) as [
        string,
        string,
        string,
        string,
      ];
      const digest = bytes(32);

      it('with white space in it, which is left out before its bytes are counted', () => {
        const odd = blob(inLines(iv), inLines(key), inLines(value), inLines(digest.toString('base64')));
        expect(read(odd)).to.deep.equal({ data: blob(iv, key, value, digest.toString('hex')), dropped: [] });
        const hex = `${digest.toString('hex')}\n`;
        expect(dataOf(blob(iv, key, value, hex))).to.deep.equal(blob(iv, key, value, hex.trim()));
        expect(read(certified(inLines(der), '9F01\n'))).to.deep.equal({ data: certified(der, '9F01'), dropped: [] });
      });

      it('and digests, fingerprints and OCSP responses broken into lines, in every message', () => {
        const names = [
          'digest',
          'indexDigest',
          'checksum',
          'stateChecksum',
          'fingerprint',
          'fingerprints',
          'ocspValues',
        ];
        const broken = new Set<string>();
        const inLinesWithin = (data: unknown, name = ''): unknown => {
          if (Array.isArray(data)) return data.map((item) => inLinesWithin(item, name));
          if (typeof data === 'object' && data !== null)
            return Object.fromEntries(Object.entries(data).map(([key, member]) => [key, inLinesWithin(member, key)]));
          if (typeof data !== 'string' || !names.includes(name)) return data;
          broken.add(name);
          return inLines(data);
        };
        for (const type of cloudMessageTypes) {
          const text = JSON.stringify(cloudData(type)).replace('"ocspValues":[]', '"ocspValues":["T0NTUA=="]');
          const data = JSON.parse(text) as object;
          expect(read(inLinesWithin(data) as object)).to.deep.equal(read(data));
        }
        expect([...broken]).to.have.members(names);
      });

      it('of the alphabet for URLs, and without padding', () => {
        const url = (length: number) => bytes(length).toString('base64url');
        expect(read(blob(url(16), url(64), url(512), url(32)))).to.deep.equal({
          data: blob(iv, key, value, digest.toString('hex')),
          dropped: [],
        });
      });

      it('of one byte more than there may be costs the item, and so does endless white space', () => {
        for (const [odd, member] of [
          [blob(bytes(17).toString('base64'), key, value, ''), 'blockIv'],
          [blob(iv, bytes(65).toString('base64'), value, ''), 'blockKey'],
          [blob(iv, key, bytes(513).toString('base64'), ''), 'value'],
          [blob(iv + ' '.repeat(1000), key, value, ''), 'blockIv'],
        ] as const) {
          const { data, dropped } = read(odd);
          expect(data).to.deep.equal({ messageType: 'blobUrls', items: [] });
          expect(dropped)
            .to.have.nested.property('[0].reason')
            .that.contains(member)
            .and.contains('no base64 of at most');
        }
      });
    });

    it('decryptInfo without blockAlg', () => {
      const blob = (members: object) => ({
        messageType: 'blobUrls',
        items: [{ digest: 'd', size: 1, decryptInfo: { ...members, blockIv: 'AAAA', blockKey: 'AAAA' } }],
      });
      expect(dataOf(blob({}))).to.deep.equal(blob({ blockAlg: 'AES256/CBC/pkcs7' }));
      expect(dataOf(blob({ blockAlg: 'AES256/GCM/' }))).to.deep.equal(blob({ blockAlg: 'AES256/GCM/' }));
    });

    it('a serial in any spelling', () => {
      const certificate = { type: 'online', node: { codename: 'n' } };
      const renewal = (...serials: readonly string[]) => ({
        messageType: 'renewCertificatesNotification',
        certificates: serials.map((serial) => ({ ...certificate, serial })),
        unitSecrets: { version: '7' },
      });
      const serials = ['0a:1b', '0x0A1B', Array<string>(20).fill('ff').join(':')];
      expect(read(renewal(...serials))).to.deep.equal({ data: renewal(...serials), dropped: [] });
      expect(dataOf(renewal('f'.repeat(257)))).to.deep.equal(renewal(''));
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
      for (const duration of [90, '90', '1m30s', 'PT90S', 'PT1M30S', 'PT90.0S'])
        expect(dataOf(config(duration))).to.deep.equal(config(90));
      for (const duration of [0.4, '0.4', '400ms', 'PT0.4S', 'PT0.400000000S'])
        expect(dataOf(config(duration))).to.deep.equal(config(0.4));
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

  describe('reads the name that counts, where the one beside it is too long:', () => {
    const long = 'n'.repeat(70);
    const spared = (body: object, data: object, ...paths: readonly string[]) => {
      const { data: given, dropped } = read(body);
      expect(given).to.deep.equal(data);
      expect((dropped as { path: string }[]).map(({ path }) => path)).to.deep.equal(paths);
    };

    it('the id, where that names the object', () => {
      const named = (more: object) => {
        const name = { id, ...more };
        return wish({
          items: [{ item: { ...name, type: 'service' }, owner: name }],
          instances: [{ ...instance, item: name, subject: name }],
          subjects: [{ identity: name, type: 'user', isReportedFromUnit: false }],
        });
      };
      spared(
        named({ codename: long, title: {} }),
        named({}),
        ...['item', 'owner'].flatMap((name) => ['codename', 'title'].map((member) => `/items/0/${name}/${member}`)),
        ...['item', 'subject'].flatMap((name) =>
          ['codename', 'title'].map((member) => `/instances/0/${name}/${member}`),
        ),
        ...['codename', 'title'].map((member) => `/subjects/0/identity/${member}`),
      );
    });

    it('the codename, where that does', () => {
      for (const type of ['startProvisioningRequest', 'finishProvisioningRequest', 'deprovisioningRequest'] as const) {
        const data = { ...cloudData(type), node: { codename: 'gw' } };
        spared(
          { ...data, node: { id: long, codename: 'gw', title: 7 } },
          { ...data, node: { codename: 'gw', title: '7' } },
          '/node/id',
        );
      }
      const node = { codename: 'gw' };
      const config = (name: object) =>
        wish({
          nodes: [{ item: name, state: 'paused' }],
          unitConfig: { nodes: [{ node: name, nodeGroupSubject: name, priority: 0 }] },
        });
      spared(
        config({ id: long, ...node }),
        config(node),
        '/nodes/0/item/id',
        '/unitConfig/nodes/0/node/id',
        '/unitConfig/nodes/0/nodeGroupSubject/id',
      );
      const issued = (name: object) => ({
        messageType: 'issuedUnitCertificates',
        certificates: [{ type: 'iam', node: name, certificateChain: 'PEM' }],
      });
      spared(issued({ id: long, ...node }), issued(node), '/certificates/0/node/id');
      const renewal = (name: object) => ({
        messageType: 'renewCertificatesNotification',
        certificates: [{ type: 'iam', node: name, serial: '1' }],
        unitSecrets: { version: '7', nodes: [{ node: name, secret: 's' }] },
      });
      spared(renewal({ id: long, ...node }), renewal(node), '/certificates/0/node/id', '/unitSecrets/nodes/0/node/id');
      const logs = (name: object) => ({ ...cloudData('requestLog'), filter: { nodeIds: [name] } });
      spared(logs({ id: long, ...node }), logs(node), '/filter/nodeIds/0/id');
    });

    it('either of them, where either may', () => {
      for (const [odd, name, member] of [
        [{ id, codename: long }, { id }, 'codename'],
        [{ id: long, codename: 'c' }, { codename: 'c' }, 'id'],
      ] as const) {
        const state = (item: object) => ({ ...cloudData('updateState'), item, subject: item });
        spared(state(odd), state(name), `/item/${member}`, `/subject/${member}`);
        const acceptance = (item: object) => ({ ...cloudData('stateAcceptance'), item, subject: item });
        spared(acceptance(odd), acceptance(name), `/item/${member}`, `/subject/${member}`);
        const logs = (item: object) => ({ ...cloudData('requestLog'), filter: { item, subject: item } });
        spared(logs(odd), logs(name), `/filter/item/${member}`, `/filter/subject/${member}`);
        const variables = (item: object) => ({
          messageType: 'overrideEnvVars',
          items: [{ item, subject: item, variables: [] }],
        });
        spared(variables(odd), variables(name), `/items/0/item/${member}`, `/items/0/subject/${member}`);
      }
    });
  });

  it('gives up an alert rule that it cannot read, and not the configuration of the node', () => {
    const config = (alertRules: object) =>
      wish({ unitConfig: { nodes: [{ nodeGroupSubject: { codename: 'g' }, alertRules, priority: 0 }] } });
    const ram = { minThreshold: 1, maxThreshold: 2 };
    expect(dataOf(config({ ram, cpu: { ...ram, minTimeout: 'soon' }, download: 7 }))).to.deep.equal(config({ ram }));
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
        'whose filter names an item by nothing that can be read, which would let more through',
        { ...request, filter: { item: { ID: 'x'.repeat(65) } } },
        '/filter/item has neither an id nor a codename that can be read',
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

  it('hands on what needs no change as it came, and changes nothing of what came where something does', () => {
    const usual = Object.freeze(wish({ items: Object.freeze([]) }));
    expect(dataOf(usual)).to.equal(usual);

    const good = Object.freeze({ codename: 'a' });
    const items = Object.freeze([1, Object.freeze({ item: good, version: '1', ITEM: good }), null]);
    const body = Object.freeze(wish({ further: {}, items, nodes: null }));
    const read = dataOf(body);
    expect(read).not.to.equal(body);
    expect(read).not.to.have.any.keys('further', 'nodes');
    expect(body).to.have.all.keys('messageType', 'further', 'items', 'nodes');
  });
});
