import {
  catchError,
  defer,
  distinctUntilChanged,
  EMPTY,
  endWith,
  from,
  ignoreElements,
  map,
  merge,
  mergeMap,
  of,
  startWith,
  Subject,
  switchMap,
  take,
  tap,
  throwIfEmpty,
  timer,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import type { CertificateId, Keystore } from '../certificates/keystore.js';
import type { ConnectionState } from '../connection/connection-state.js';
import type { Delivery } from '../delivery/outgoing-message.js';
import { CredentialsError } from '../errors.js';
import type { Messenger } from '../flows/messenger.js';
import { renewCertificates, type RenewalStep } from '../flows/renew-certificates.js';
import type { Credentials, TrustAnchors } from '../transport/types.js';
import { certificateTrial, type CertificateTrial } from './certificate-trial.js';
import type { RenewalEvent } from './renewal-event.js';

/** Options of {@link keystoreIdentity}. */
export interface KeystoreIdentityOptions {
  readonly keystore: Keystore;
  readonly mainNode: string;
  /** The trust anchors of the unit, with the certificate and key to use as long as the keystore has none. */
  readonly credentials$: Observable<Credentials | TrustAnchors>;
  /** The states of all attempts to connect, those in parallel with an open connection included. */
  readonly state$: Observable<ConnectionState>;
  /** The messages that a renewal sends and receives. */
  readonly messenger: Messenger<Delivery>;
  /** The longest wait for the confirmation before a new certificate takes effect, in milliseconds. */
  readonly ackTimeout: number;
  readonly scheduler: SchedulerLike;
}

/** The identity of a unit that is kept in a keystore. */
export interface KeystoreIdentity {
  /** The credentials to connect with; a further value when they are to be changed at once. */
  readonly credentials$: Observable<Credentials>;
  /** Renews certificates while it is subscribed, and puts new ones on trial. Never fails. */
  readonly event$: Observable<RenewalEvent>;
}

/**
 * Keeps the identity of a unit in a keystore. A new online certificate of the main node takes effect once its confirmation
 * is acknowledged, or an ack timeout later, and is on trial until it has connected.
 */
export const keystoreIdentity = (options: KeystoreIdentityOptions): KeystoreIdentity => {
  const { keystore, mainNode, state$, messenger } = options;
  const id: CertificateId = { type: 'online', node: mainNode };
  const trial = certificateTrial(keystore, id);
  const change$ = new Subject<undefined>();
  const failure$ = new Subject<unknown>();

  const reportFailure = <T>(work$: Observable<T>): Observable<T> =>
    work$.pipe(
      catchError((error: unknown) => {
        failure$.next(error);
        return EMPTY;
      }),
    );
  const read$ = readCredentials(options, { id, trial, reportFailure });
  const renewal$ = renewCertificates(messenger, keystore, { mainNode }).pipe(
    mergeMap((event) =>
      confirmed(event, id, options).pipe(
        tap(() => {
          change$.next(undefined);
        }),
        ignoreElements(),
        startWith(event),
      ),
    ),
  );

  return {
    credentials$: defer(() => merge(read$, change$.pipe(switchMap(() => reportFailure(read$))))).pipe(
      distinctUntilChanged(isSame),
    ),
    event$: merge(
      renewal$,
      state$.pipe(mergeMap(trial.judge)),
      failure$.pipe(map((error): RenewalEvent => ({ step: 'failed', error }))),
    ),
  };
};

interface ReadParts {
  /** The certificate to connect with. */
  readonly id: CertificateId;
  readonly trial: CertificateTrial;
  /** Reports the error of some work, and completes instead. */
  readonly reportFailure: <T>(work$: Observable<T>) => Observable<T>;
}

/** The pair of the keystore, or else the given credentials. */
const readCredentials = (
  { keystore, credentials$ }: Pick<KeystoreIdentityOptions, 'keystore' | 'credentials$'>,
  { id, trial, reportFailure }: ReadParts,
): Observable<Credentials> => {
  /** They go into the keystore, so that there is something to go back to; if that fails they serve all the same. */
  const imported = (given: Credentials | TrustAnchors): Observable<Credentials> => {
    if (given.cert === undefined)
      throw new CredentialsError(
        `the keystore holds no online certificate of node ${id.node}, and credentials give no certificate and key either`,
      );
    const { cert, key, passphrase } = given;
    const pair = { ...id, cert, key, ...(passphrase === undefined ? {} : { passphrase }) };
    return reportFailure(defer(() => keystore.importPair?.(pair) ?? EMPTY)).pipe(ignoreElements(), endWith(given));
  };
  return trial.idle$.pipe(
    mergeMap(() => credentials$),
    switchMap((given) =>
      from(keystore.certificate(id)).pipe(
        mergeMap((pair) => {
          if (pair === undefined) return imported(given);
          trial.offer(pair);
          const { cert, key, passphrase } = pair;
          return of({ ca: given.ca, cert, key, ...(passphrase === undefined ? {} : { passphrase }) });
        }),
      ),
    ),
    throwIfEmpty(() => new CredentialsError('neither the credentials nor the keystore gave a value')),
  );
};

/** Emits when a new certificate of this id may take effect. */
const confirmed = (
  event: RenewalStep<Delivery>,
  id: CertificateId,
  { ackTimeout, scheduler }: Pick<KeystoreIdentityOptions, 'ackTimeout' | 'scheduler'>,
): Observable<unknown> => {
  if (event.step !== 'installed') return EMPTY;
  const { certificates, confirmation } = event;
  const isOurs = certificates.some(
    ({ type, node, error }) => type === id.type && node === id.node && error === undefined,
  );
  const settled$ = confirmation.status$.pipe(ignoreElements(), endWith('settled'));
  return isOurs ? merge(settled$, timer(ackTimeout, scheduler)).pipe(take(1)) : EMPTY;
};

const isSame = (a: Credentials, b: Credentials): boolean => a.cert === b.cert && a.key === b.key && a.ca === b.ca;
