import { inspect } from 'node:util';
import { expect } from 'chai';
import { asyncScheduler, delay, map, of, throwError } from 'rxjs';
import type { CertificateId, IssuedChain, Keystore, KeyRequest } from '../../lib/certificates/keystore.js';
import { renewCertificates, type RenewalStep } from '../../lib/flows/renew-certificates.js';
import { KeystoreError, QueueFullError } from '../../lib/errors.js';
import { encode } from '../../lib/protocol/codec.js';
import { stubMessenger, type StubMessenger } from '../support/messenger.js';
import { marbles } from '../support/marbles.js';
import { recorded } from '../support/unit-on-cloud.js';

const name = ({ type, node }: CertificateId): string => `${type}@${node}`;
const id = (text: string) => {
  const [type = '', node = ''] = text.split('@');
  return { type, node: { codename: node } };
};

/** `online@gw online@aux` with the secrets `s-gw`, `s-aux`. */
const notification = (
  certificates: string,
  nodes = [...new Set(certificates.split(' ').map((text) => id(text).node.codename))],
) => ({
  certificates: certificates === '' ? [] : certificates.split(' ').map((text) => ({ ...id(text), serial: '0A' })),
  unitSecrets: { version: '2.0.0', nodes: nodes.map((codename) => ({ node: { codename }, secret: `s-${codename}` })) },
});
const issued = (certificates: string) => ({
  certificates: certificates.split(' ').map((text) => ({ ...id(text), certificateChain: `chain of ${text}` })),
});

describe('renewCertificates', () => {
  let unit: StubMessenger;
  let calls: string[];
  let steps: RenewalStep<number>[];
  let serial: number;
  const inUse = new Map<string, string>();

  const keystore: Keystore = {
    createKey: (request: KeyRequest) => {
      calls.push(`createKey ${name(request)} ${request.secret}`);
      return of(`CSR of ${name(request)}`);
    },
    applyCert: (certificate: IssuedChain) => {
      calls.push(`applyCert ${name(certificate)} ${certificate.chain}${certificate.isOnTrial ? ' on trial' : ''}`);
      inUse.set(name(certificate), (++serial).toString(16).padStart(4, '0'));
      return of(inUse.get(name(certificate)) ?? '');
    },
    certificate: (certificate: CertificateId) => {
      const found = inUse.get(name(certificate));
      return of(found === undefined ? undefined : { cert: '', key: '', serial: found });
    },
  };
  const renew = (members: Partial<Keystore> = {}) => {
    steps = recorded(renewCertificates(unit, { ...keystore, ...members }, { mainNode: 'gw' }));
  };

  beforeEach(() => {
    unit = stubMessenger();
    calls = [];
    serial = 0x0a1b;
    inUse.clear();
  });

  it('asks for what the cloud listed, in its order, and confirms what was installed, in the order of installing', () => {
    renew();
    unit.hear('renewCertificatesNotification', notification('iam@gw cm@gw online@gw iam@aux sm@aux'));
    unit.hear('issuedUnitCertificates', issued('iam@gw cm@gw online@gw iam@aux sm@aux'));
    expect(calls).to.deep.equal([
      ...['createKey iam@gw s-gw', 'createKey cm@gw s-gw', 'createKey online@gw s-gw'],
      ...['createKey iam@aux s-aux', 'createKey sm@aux s-aux'],
      ...['applyCert sm@aux chain of sm@aux', 'applyCert iam@aux chain of iam@aux'],
      ...['applyCert cm@gw chain of cm@gw', 'applyCert online@gw chain of online@gw on trial'],
      'applyCert iam@gw chain of iam@gw',
    ]);
    const [request, confirmation] = unit.sent;
    expect(request).to.deep.equal({
      messageType: 'issueUnitCertificates',
      requests: ['iam@gw', 'cm@gw', 'online@gw', 'iam@aux', 'sm@aux'].map((text) => ({
        ...id(text),
        csr: `CSR of ${text}`,
      })),
    });
    expect(confirmation).to.deep.equal({
      messageType: 'installUnitCertificatesConfirmation',
      certificates: [
        { ...id('sm@aux'), serial: '0a1c' },
        { ...id('iam@aux'), serial: '0a1d' },
        { ...id('cm@gw'), serial: '0a1e' },
        { ...id('online@gw'), serial: '0a1f' },
        { ...id('iam@gw'), serial: '0a20' },
      ],
    });
    expect(steps.map(({ step }) => step)).to.deep.equal(['requested', 'installed']);
  });

  it('writes both messages byte for byte as the protocol does', () => {
    const bad = new KeystoreError('bad chain', { code: 'BAD_CHAIN' });
    renew({
      applyCert: (certificate) => (certificate.type === 'sm' ? throwError(() => bad) : keystore.applyCert(certificate)),
    });
    unit.hear('renewCertificatesNotification', notification('online@gw'));
    unit.hear('issuedUnitCertificates', issued('online@gw sm@aux'));
    const data = unit.sent.map((message) =>
      encode(message, { systemId: 'u', txn: 't', createdAt: 0 }).replace(/^.*"data":(.*)}$/, '$1'),
    );
    expect(data).to.deep.equal([
      '{"messageType":"issueUnitCertificates","requests":[{"type":"online","node":{"codename":"gw"},"csr":"CSR of online@gw"}]}',
      '{"messageType":"installUnitCertificatesConfirmation","certificates":[{"type":"sm","node":{"codename":"aux"},"serial":"","errorInfo":{"aosCode":6,"exitCode":0,"message":"bad chain"}},{"type":"online","node":{"codename":"gw"},"serial":"0a1c"}]}',
    ]);
  });

  it('repeats the correlationId of the message that it answers', () => {
    renew();
    unit.hear('renewCertificatesNotification', { correlationId: 'c-1', ...notification('cm@gw') });
    unit.hear('issuedUnitCertificates', { correlationId: 'c-2', ...issued('cm@gw') });
    expect(unit.sent.map(({ correlationId }) => correlationId)).to.deep.equal(['c-1', 'c-2']);
  });

  it('loses to a missing secret only the certificates of its node, and tells that with the confirmation', () => {
    renew();
    unit.hear('renewCertificatesNotification', notification('cm@gw cm@aux iam@gw', ['gw']));
    expect(unit.sent[0]).to.have.property('requests').that.has.length(2);
    unit.hear('issuedUnitCertificates', issued('cm@gw iam@gw'));
    expect(unit.sent[1]).to.deep.include({
      certificates: [
        {
          ...id('cm@aux'),
          serial: '',
          errorInfo: {
            aosCode: 5,
            exitCode: 0,
            message: 'the notification brings no secret for node aux, so no key can be made there',
          },
        },
        { ...id('cm@gw'), serial: '0a1c' },
        { ...id('iam@gw'), serial: '0a1d' },
      ],
    });
  });

  it('goes on after a key that cannot be made and a certificate that cannot be installed', () => {
    const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    renew({
      createKey: (request) => (request.type === 'cm' ? throwError(() => full) : keystore.createKey(request)),
      applyCert: (certificate) => {
        if (certificate.type === 'sm') throw full; // at once, rather than in its answer
        return keystore.applyCert(certificate);
      },
    });
    unit.hear('renewCertificatesNotification', notification('cm@gw sm@gw iam@gw'));
    unit.hear('issuedUnitCertificates', issued('sm@gw iam@gw'));
    const errorInfo = { aosCode: 2, exitCode: 28, message: 'no space left' };
    expect(unit.sent[1]).to.deep.include({
      certificates: [
        { ...id('cm@gw'), serial: '', errorInfo },
        { ...id('sm@gw'), serial: '', errorInfo },
        { ...id('iam@gw'), serial: '0a1c' },
      ],
    });
    expect(steps[1]).to.have.property('step', 'installed');
  });

  /** Each message that was sent, as it goes on the wire: what does not fit its schema throws. */
  const written = () => unit.sent.map((message) => encode(message, { systemId: 'u', txn: 't', createdAt: 0 }));

  it('passes serials on as the keystore spells them', () => {
    const serials = ['0a:1b', '0A1B', '0x0a1b'];
    renew({ applyCert: () => of(serials.shift() ?? '') });
    unit.hear('issuedUnitCertificates', issued('cm@gw sm@gw iam@gw'));
    expect(unit.sent[0]).to.deep.include({
      certificates: [
        { ...id('cm@gw'), serial: '0a:1b' },
        { ...id('sm@gw'), serial: '0A1B' },
        { ...id('iam@gw'), serial: '0x0a1b' },
      ],
    });
    expect(written()).to.have.length(1);
  });

  it('knows a serial again in another spelling', () => {
    renew({
      applyCert: () => of('0a:1c'),
      certificate: () => of({ cert: '', key: '', serial: '0x0A1C' }),
    });
    unit.hear('renewCertificatesNotification', {
      ...notification(''),
      certificates: [{ ...id('cm@gw'), serial: '0A:1B' }],
    });
    unit.hear('issuedUnitCertificates', issued('cm@gw'));
    unit.hear('renewCertificatesNotification', {
      ...notification(''),
      certificates: [{ ...id('cm@gw'), serial: 'a1b' }],
    });
    expect(unit.sent[2]).to.deep.include({ certificates: [{ ...id('cm@gw'), serial: '0a:1c' }] });
  });

  it('loses the confirmation of no other certificate to a serial that cannot be sent', () => {
    const serials: unknown[] = ['x'.repeat(257), undefined, 2587, '0a1c'];
    renew({ applyCert: () => of(serials.shift() as string) });
    unit.hear('issuedUnitCertificates', issued('cm@gw sm@gw online@gw iam@gw'));
    const failed = (message: string) => ({ serial: '', errorInfo: { aosCode: 6, exitCode: 0, message } });
    const why = (got: string) => `the keystore gave no serial that can be sent but ${got}; a text of 256 at most can`;
    expect(unit.sent[0]).to.deep.include({
      certificates: [
        { ...id('cm@gw'), ...failed(why('one of 257 characters')) },
        { ...id('sm@gw'), ...failed(why('a value of type undefined')) },
        { ...id('online@gw'), ...failed(why('a value of type number')) },
        { ...id('iam@gw'), serial: '0a1c' },
      ],
    });
    expect(written()).to.have.length(1);
  });

  it('loses no other request to one that cannot be sent, and tells that with the confirmation', () => {
    const csrs = new Map<string, unknown>([
      ['cm', 'x'.repeat(4097)],
      ['sm', undefined],
    ]);
    renew({ createKey: ({ type }) => of((csrs.has(type) ? csrs.get(type) : 'CSR') as string) });
    unit.hear('renewCertificatesNotification', notification('cm@gw sm@gw iam@gw'));
    expect(unit.sent[0]).to.deep.include({ requests: [{ ...id('iam@gw'), csr: 'CSR' }] });
    unit.hear('issuedUnitCertificates', issued('iam@gw'));
    expect(unit.sent[1]).to.have.nested.property('certificates[0].errorInfo.aosCode', 6);
    expect(written()).to.have.length(2);
  });

  it('asks for more certificates than one message may in several, and tells that once', () => {
    const nodes = Array.from({ length: 100 }, (_, n) => `cm@n${n}`);
    renew();
    unit.hear('renewCertificatesNotification', notification(nodes.join(' ')));
    expect(unit.sent.map((message) => 'requests' in message && message.requests.length)).to.deep.equal([80, 20]);
    expect(written()).to.have.length(2);
    expect(steps).to.have.length(1).and.have.nested.property('[0].certificates').that.has.length(100);
  });

  it('tells an error that has a text of megabytes, or none, in a text that can be sent', () => {
    const errors: unknown[] = [new Error('x'.repeat(5_000_000)), Object.create(null)];
    renew({ applyCert: () => throwError(() => errors.shift()) });
    unit.hear('issuedUnitCertificates', issued('cm@gw iam@gw'));
    expect(unit.sent[0]).to.have.nested.property('certificates[0].errorInfo.message').that.has.length(4096);
    expect(unit.sent[0]).to.have.nested.property('certificates[1].errorInfo.message', 'an error without a text');
  });

  it('does not count a certificate as lost of which only a name that nobody uses is', () => {
    renew();
    unit.hear('issuedUnitCertificates', {
      certificates: [{ type: 'cm', node: { codename: 'gw', id: 'x'.repeat(65) }, certificateChain: 'chain' }],
    });
    expect(steps.map(({ step }) => step)).to.deep.equal(['installed']);
  });

  it('reads keys in any case, scalars for texts, and one object where the list of secrets belongs', () => {
    renew();
    unit.hear('renewCertificatesNotification', {
      CERTIFICATES: [{ Type: 'cm', NODE: { codeName: 7 }, Serial: 12 }],
      unitsecrets: { Version: 7, Nodes: { Node: { CODENAME: 7 }, SECRET: 1234 } },
    });
    expect(calls).to.deep.equal(['createKey cm@7 1234']);
  });

  it('makes no key for a type that the protocol does not know, renews the others, and tells that with the confirmation', () => {
    renew();
    unit.hear('renewCertificatesNotification', notification('cm@gw unheard-of@gw iam@gw'));
    unit.hear('issuedUnitCertificates', issued('cm@gw unheard-of-either@aux'));
    expect(calls).to.deep.equal(['createKey cm@gw s-gw', 'createKey iam@gw s-gw', 'applyCert cm@gw chain of cm@gw']);
    const unknown = (text: string) => ({
      ...id(text),
      serial: '',
      errorInfo: {
        aosCode: 12,
        exitCode: 0,
        message: `${JSON.stringify(id(text).type)} is no type of certificate; there are offline, online, sm, cm, iam, um, host-device, remote-device, azure-iot`,
      },
    });
    const certificates = [
      unknown('unheard-of-either@aux'),
      unknown('unheard-of@gw'),
      { ...id('cm@gw'), serial: '0a1c' },
    ];
    expect(unit.sent[1]).to.deep.include({ certificates });
    for (const message of unit.sent)
      expect(() => encode(message, { systemId: 'u', txn: 't', createdAt: 0 })).to.not.throw();
    expect(steps.map(({ step }) => step)).to.deep.equal(['requested', 'installed']);
  });

  it('tells the cloud at once where no key could be made at all', () => {
    renew();
    unit.hear('renewCertificatesNotification', notification('cm@gw iam@gw', []));
    expect(unit.sent).to.have.length(1);
    expect(unit.sent[0]).to.include({ messageType: 'installUnitCertificatesConfirmation' });
    expect(steps.map(({ step }) => step)).to.deep.equal(['installed']);
  });

  it('has no secret in what it tells, also where the keystore quotes it', () => {
    const cause = new Error('pin s-gw is wrong', { cause: new Error('s-gw') });
    renew({ createKey: () => throwError(() => cause) });
    unit.hear('renewCertificatesNotification', notification('cm@gw'));
    expect(unit.sent[0]).to.have.nested.property('certificates[0].errorInfo.message', 'pin *** is wrong');
    expect(inspect([unit.sent, steps], { depth: 20 })).to.not.include('s-gw');
  });

  for (const [what, type, data] of [
    ['a notification', 'renewCertificatesNotification', notification('')],
    ['certificates', 'issuedUnitCertificates', { certificates: [] }],
  ] as const)
    it(`does nothing about ${what} that list nothing`, () => {
      renew();
      unit.hear(type, data);
      expect(unit.sent).to.deep.equal([]);
      expect(calls).to.deep.equal([]);
      expect(steps).to.have.nested.property(
        '[0].error.message',
        'the message lists no certificate, there is nothing to do',
      );
    });

  it('passes over entries without type or node, and says so', () => {
    renew();
    const { certificates, ...rest } = notification('cm@gw');
    unit.hear('renewCertificatesNotification', { certificates: [{ type: 'cm' }, ...certificates], ...rest });
    expect(unit.sent[0]).to.have.property('requests').that.has.length(1);
    expect(steps[0]).to.have.nested.property('error.code', 'UNREADABLE');
  });

  it('makes one request for a certificate that is listed twice', () => {
    renew();
    unit.hear('renewCertificatesNotification', notification('cm@gw cm@gw'));
    expect(unit.sent[0]).to.have.property('requests').that.has.length(1);
  });

  it('answers a notification that comes again before the certificates with the requests again', () => {
    renew();
    unit.hear('renewCertificatesNotification', notification('cm@gw'));
    unit.hear('renewCertificatesNotification', notification('cm@gw'));
    expect(unit.sent[1]).to.deep.equal(unit.sent[0]);
    unit.hear('issuedUnitCertificates', issued('cm@gw'));
    expect(unit.sent[2]).to.have.nested.property('certificates[0].serial', '0a1c');
  });

  it('answers a notification that comes again after the certificates with the confirmation again, and makes no key', () => {
    renew();
    unit.hear('renewCertificatesNotification', notification('cm@gw'));
    unit.hear('issuedUnitCertificates', issued('cm@gw'));
    calls.length = 0;
    unit.hear('renewCertificatesNotification', notification('cm@gw'));
    expect(calls).to.deep.equal([]);
    expect(unit.sent).to.have.length(3);
    expect(unit.sent[2]).to.deep.equal(unit.sent[1]);
  });

  it('renews again where the serial is that of the certificate now in use', () => {
    renew();
    unit.hear('renewCertificatesNotification', notification('cm@gw'));
    unit.hear('issuedUnitCertificates', issued('cm@gw'));
    const next = { ...notification(''), certificates: [{ ...id('cm@gw'), serial: 'a1c' }] };
    unit.hear('renewCertificatesNotification', { ...next, unitSecrets: notification('cm@gw').unitSecrets });
    expect(unit.sent[2]).to.include({ messageType: 'issueUnitCertificates' });
  });

  it('renews a certificate also where the cloud takes another one for that in use', () => {
    inUse.set('cm@gw', 'FFFF');
    renew();
    unit.hear('renewCertificatesNotification', notification('cm@gw'));
    expect(unit.sent[0]).to.include({ messageType: 'issueUnitCertificates' });
  });

  it('needs no keystore that can tell what is in use', () => {
    renew({ certificate: () => throwError(() => new Error('not here')) });
    unit.hear('renewCertificatesNotification', notification('cm@gw'));
    expect(unit.sent[0]).to.include({ messageType: 'issueUnitCertificates' });
  });

  it('forgets with the next notification what failed in the one before', () => {
    renew();
    unit.hear('renewCertificatesNotification', notification('cm@gw sm@aux', ['gw']));
    unit.hear('renewCertificatesNotification', notification('cm@gw'));
    unit.hear('issuedUnitCertificates', issued('cm@gw'));
    expect(unit.sent[2]).to.have.property('certificates').that.has.length(1);
  });

  it('waits for room in a queue that is full', async () => {
    let isFull = true;
    unit = stubMessenger({
      whenRoom: () => {
        isFull = false;
        return Promise.resolve();
      },
      send: (data) => {
        if (isFull) throw new QueueFullError('1 of 1 messages');
        return unit.sent.push(data);
      },
    });
    renew();
    unit.hear('renewCertificatesNotification', notification('cm@gw'));
    await Promise.resolve();
    await Promise.resolve();
    expect(unit.sent).to.have.length(1);
  });

  it('goes on after a message that could not be sent, and says so', () => {
    let isStopped = true;
    unit = stubMessenger({
      send: (data) => {
        if (isStopped) throw new Error('stopped');
        return unit.sent.push(data);
      },
    });
    renew();
    unit.hear('renewCertificatesNotification', notification('cm@gw'));
    expect(steps).to.have.nested.property('[0].error.message', 'stopped');
    isStopped = false;
    unit.hear('renewCertificatesNotification', notification('cm@gw'));
    expect(unit.sent).to.have.length(1);
  });

  marbles('works on one message at a time, in the order they come', ({ cold, expectObservable }) => {
    const slow: Keystore = {
      ...keystore,
      createKey: (request) => of(`CSR of ${name(request)}`).pipe(delay(3, asyncScheduler)),
      applyCert: () => of('0a').pipe(delay(2, asyncScheduler)),
    };
    const heard = {
      n: ['renewCertificatesNotification', notification('cm@gw iam@gw')],
      i: ['issuedUnitCertificates', issued('cm@gw iam@gw')],
    } as const;
    const heard$ = cold('-n-n-i');
    heard$.subscribe({
      next: (key) => {
        unit.hear(...heard[key as 'n']);
      },
      error: () => undefined,
    });
    // The first takes 3 + 3 from 1 on, the second 3 + 3, and installing 2 + 2.
    const expected = '7ms r 5ms r---c';
    const step$ = renewCertificates(unit, slow, { mainNode: 'gw' });
    expectObservable(step$.pipe(map(({ step }) => step))).toBe(expected, { r: 'requested', c: 'installed' });
  });
});
