import { expect } from 'chai';
import { asyncScheduler, concat, EMPTY, filter, map, NEVER, of, ReplaySubject, Subject, throwError, timer } from 'rxjs';
import type { CertificateId, Keystore, KeyPairInUse } from '../../lib/certificates/keystore.js';
import type { ConnectionState } from '../../lib/connection/connection-state.js';
import { ConnectError, CredentialsError } from '../../lib/errors.js';
import { keystoreIdentity, type KeystoreIdentityOptions } from '../../lib/unit/keystore-identity.js';
import { OutgoingMessage } from '../../lib/delivery/outgoing-message.js';
import type { CloudMessage, UnitData } from '../../lib/protocol/envelope.js';
import type { CertificateType } from '../../lib/protocol/messages.js';
import { marbles } from '../support/marbles.js';
import { recorded } from '../support/unit-on-cloud.js';

const given = { ca: 'CA', cert: 'given', key: 'key of given' };
const node = { codename: 'main' };
const connected: ConnectionState = { state: 'connected', url: 'wss://a/', since: 0 };
const failed = (code: string | number): ConnectionState => ({
  ...{ state: 'waiting', attempt: 2, delay: 0 },
  cause: new ConnectError('wss://a/', 'refused', { code }),
});
const alert = 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA';

/** A keystore that holds names in the place of PEM texts; a certificate that is issued is in use under its chain. */
const nameStore = (current?: string) => {
  const calls: string[] = [];
  let pair: readonly (string | undefined)[] = [current];
  const keystore: Keystore = {
    createKey: () => of('CSR'),
    applyCert: ({ chain, isOnTrial }) => {
      pair = [chain, isOnTrial ? pair[0] : undefined];
      return of(chain);
    },
    certificate: ({ type, node: name }: CertificateId) => {
      expect([type, name]).to.deep.equal(['online', 'main']);
      const [cert, kept] = pair;
      return of<KeyPairInUse | undefined>(
        cert === undefined ? undefined : { cert, key: `key of ${cert}`, serial: cert, isOnTrial: kept !== undefined },
      );
    },
    commit: () => {
      calls.push('commit');
      pair = [pair[0]];
      return EMPTY;
    },
    rollback: () => {
      calls.push('rollback');
      pair = [pair[1], pair[0]];
      return EMPTY;
    },
    importPair: ({ cert }) => {
      calls.push(`import ${cert}`);
      pair = [cert];
      return EMPTY;
    },
  };
  return { keystore, calls };
};

const newIdentity = (keystore: Keystore, options: Partial<KeystoreIdentityOptions> = {}) => {
  const message$ = new Subject<CloudMessage>();
  const state$ = new ReplaySubject<ConnectionState>(1);
  const sent: { readonly data: UnitData; readonly delivery: OutgoingMessage }[] = [];
  const send = (data: UnitData) => {
    const delivery = new OutgoingMessage(`txn-${sent.length}`, data.messageType, sent.length, '', 0, true);
    sent.push({ data, delivery });
    return delivery;
  };
  const { credentials$, event$ } = keystoreIdentity({
    ...{ keystore, mainNode: 'main', credentials$: of(given), state$, ackTimeout: 10_000, scheduler: asyncScheduler },
    messenger: {
      on: (type) =>
        message$.pipe(filter((message): message is CloudMessage<typeof type> => message.data.messageType === type)),
      send,
      whenRoom: () => Promise.resolve(),
    },
    ...options,
  });
  const issue = (chain: string, type: CertificateType = 'online') => {
    message$.next({
      header: { version: 7, systemId: 'unit-1', txn: '' },
      data: { messageType: 'issuedUnitCertificates', certificates: [{ type, node, certificateChain: chain }] },
    });
  };
  return {
    ...{ state$, issue, event$, sent },
    cert$: credentials$.pipe(map(({ ca, cert, key }) => `${ca} ${cert} ${key}`)),
  };
};

describe('the identity of a unit', () => {
  it('is that of the keystore, with the CA that is given', () => {
    const { keystore, calls } = nameStore('A');
    const { cert$ } = newIdentity(keystore);
    expect(recorded(cert$)).to.deep.equal(['CA A key of A']);
    expect(calls).to.deep.equal([]);
  });

  it('is what is given as long as the keystore holds nothing, which it takes in', () => {
    const { keystore, calls } = nameStore();
    expect(recorded(newIdentity(keystore).cert$)).to.deep.equal(['CA given key of given']);
    expect(calls).to.deep.equal(['import given']);
  });

  it('needs no keystore that takes anything in', () => {
    const { createKey, applyCert, certificate } = nameStore().keystore;
    const { cert$ } = newIdentity({ createKey, applyCert, certificate });
    expect(recorded(cert$)).to.deep.equal(['CA given key of given']);
  });

  it('fails where there is nothing but a CA, so that the unit waits and tries again', () => {
    const { cert$ } = newIdentity(nameStore().keystore, { credentials$: of({ ca: 'CA' }) });
    let error: unknown;
    cert$.subscribe({ error: (cause: unknown) => (error = cause) });
    expect(error).to.be.instanceOf(CredentialsError);
  });

  it('fails where the keystore does', () => {
    const cause = new Error('locked');
    const { cert$ } = newIdentity({ ...nameStore().keystore, certificate: () => throwError(() => cause) });
    let error: unknown;
    cert$.subscribe({ error: (thrown: unknown) => (error = thrown) });
    expect(error).to.equal(cause);
  });

  it('changes when the confirmation of a new certificate is acknowledged, and not before', () => {
    const { cert$, event$, issue, sent } = newIdentity(nameStore('A').keystore);
    const certs = recorded(cert$);
    recorded(event$);
    issue('B');
    expect(certs).to.deep.equal(['CA A key of A']);
    sent[0]?.delivery.record('sent');
    expect(certs).to.have.length(1);
    sent[0]?.delivery.record('acknowledged');
    expect(certs).to.deep.equal(['CA A key of A', 'CA B key of B']);
  });

  marbles('changes after the ack timeout where no ack comes', ({ expectObservable, cold }) => {
    const { cert$, event$, issue } = newIdentity(nameStore('A').keystore);
    recorded(event$);
    cold('--i').subscribe({
      next: () => {
        issue('B');
      },
      error: () => undefined,
    });
    expectObservable(cert$).toBe('a 10001ms b', { a: 'CA A key of A', b: 'CA B key of B' });
  });

  it('changes where the confirmation is dropped', () => {
    const { cert$, event$, issue, sent } = newIdentity(nameStore('A').keystore);
    const certs = recorded(cert$);
    recorded(event$);
    issue('B');
    sent[0]?.delivery.record('dropped', new Error('no ack'));
    expect(certs).to.have.length(2);
  });

  it('stays where the new certificate could not be installed, or is another one', () => {
    const { keystore } = nameStore('A');
    const applyCert: Keystore['applyCert'] = (certificate) =>
      certificate.type === 'online' ? throwError(() => new Error('bad chain')) : of('0a');
    const { cert$, event$, issue, sent } = newIdentity({ ...keystore, applyCert });
    const certs = recorded(cert$);
    recorded(event$);
    issue('B');
    issue('C', 'iam');
    for (const { delivery } of sent) delivery.record('acknowledged');
    expect(certs).to.have.length(1);
  });

  it('stays where the certificate that came is the one in use', () => {
    const { cert$, event$, issue, sent } = newIdentity(nameStore('A').keystore);
    const certs = recorded(cert$);
    recorded(event$);
    issue('A');
    sent[0]?.delivery.record('acknowledged');
    expect(certs).to.have.length(1);
  });

  it('stays, and says why, where the keystore cannot be read when it should change', () => {
    const { keystore } = nameStore('A');
    let isBroken = false;
    const certificate: Keystore['certificate'] = (id) =>
      isBroken ? throwError(() => new Error('I/O error')) : keystore.certificate(id);
    const { cert$, event$, issue, sent } = newIdentity({ ...keystore, certificate });
    const certs = recorded(cert$);
    const events = recorded(event$);
    issue('B');
    isBroken = true;
    sent[0]?.delivery.record('acknowledged');
    expect(certs).to.have.length(1);
    expect(events.at(-1)).to.have.nested.property('error.message', 'I/O error');
  });

  describe('on trial', () => {
    /** The certificate B is on trial, A is kept. */
    const onTrial = (members: Partial<Keystore> = {}) => {
      const { keystore, calls } = nameStore('A');
      const { cert$, event$, issue, sent, state$ } = newIdentity({ ...keystore, ...members });
      const events = recorded(event$);
      const certs = recorded(cert$);
      issue('B');
      sent[0]?.delivery.record('acknowledged');
      expect(certs.at(-1)).to.equal('CA B key of B');
      events.length = 0;
      /** The state in which an attempt ends, and the next attempt. */
      const attempt = (state: ConnectionState) => {
        state$.next(state);
        return recorded(cert$).at(-1);
      };
      return { attempt, calls, events };
    };
    const isB = { type: 'online', node: 'main', serial: 'B' };

    it('is over when it has connected', () => {
      const { attempt, calls, events } = onTrial();
      attempt(connected);
      expect(calls).to.deep.equal(['commit']);
      expect(events).to.deep.equal([{ step: 'connected', certificate: isB }]);
      attempt(failed(alert));
      expect(calls).to.deep.equal(['commit']);
    });

    it('gives way to the one before where the cloud says that it is refused', () => {
      const { attempt, calls, events } = onTrial();
      expect(attempt(failed(alert))).to.equal('CA A key of A');
      expect(events).to.have.length(1);
      expect(events[0]).to.deep.include({ step: 'refused', certificate: isB });
      attempt(connected);
      expect(calls).to.deep.equal(['rollback', 'commit']);
    });

    it('takes turns with the one before where that is refused as well', () => {
      const { attempt } = onTrial();
      expect(attempt(failed(alert))).to.equal('CA A key of A');
      expect(attempt(failed(alert))).to.equal('CA B key of B');
      expect(attempt(failed(alert))).to.equal('CA A key of A');
    });

    it('gives way at the third failure that may be a refusal', () => {
      const { attempt } = onTrial();
      expect(attempt(failed('ECONNRESET'))).to.equal('CA B key of B');
      expect(attempt(failed(403))).to.equal('CA B key of B');
      expect(attempt(failed('ECONNREFUSED'))).to.equal('CA B key of B');
      expect(attempt(failed('ECONNRESET'))).to.equal('CA A key of A');
    });

    it('goes on for as long as the cloud cannot be reached', () => {
      const { attempt, calls } = onTrial();
      for (let count = 0; count < 20; count++) expect(attempt(failed('ECONNREFUSED'))).to.equal('CA B key of B');
      expect(calls).to.deep.equal([]);
    });

    it('says what went wrong where the verdict cannot be written down, and judges the next attempt as well', () => {
      const { attempt, events } = onTrial({ commit: () => throwError(() => new Error('the disk is full')) });
      attempt(connected);
      expect(events.map(({ step }) => step)).to.deep.equal(['connected', 'failed']);
      attempt(connected);
      expect(events.map(({ step }) => step)).to.deep.equal(['connected', 'failed', 'connected', 'failed']);
    });
  });

  marbles('is not read while a verdict is being written down', ({ expectObservable, cold }) => {
    const { keystore } = nameStore('A');
    const rollback: Keystore['rollback'] = (id) => concat(timer(5, asyncScheduler), keystore.rollback?.(id) ?? NEVER);
    const { cert$, event$, issue, sent, state$ } = newIdentity({ ...keystore, rollback });
    recorded(event$);
    recorded(cert$);
    issue('B');
    sent[0]?.delivery.record('acknowledged');
    cold('-x').subscribe({
      next: () => {
        state$.next(failed(alert));
      },
      error: () => undefined,
    });
    expectObservable(cert$, '--^ 20ms !').toBe('------a', { a: 'CA A key of A' });
  });
});
