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
import { certificateTrial, type TrialEvent } from './certificate-trial.js';
import type { CertificateId, Keystore } from '../certificates/keystore.js';
import { renewCertificates, type RenewalStep } from '../flows/renew-certificates.js';
import type { ConnectionState } from '../connection/connection-state.js';
import { CredentialsError } from '../errors.js';
import type { Exchange } from '../flows/messenger.js';
import type { Delivery } from '../delivery/outgoing-message.js';
import type { Credentials, TrustAnchors } from '../transport/types.js';

/** What a unit tells of its certificates. */
export type RenewalEvent =
  | RenewalStep<Delivery>
  | TrialEvent
  /** No connection could be opened beside the open one, for this reason; that goes on, and `delay` ms later comes the next attempt. */
  | { readonly step: 'delayed'; readonly attempt: number; readonly delay: number; readonly error: unknown };

/** What {@link unitIdentity} is made of. */
export interface IdentityOptions {
  readonly keystore: Keystore;
  readonly mainNode: string;
  /** Whom the unit trusts, and who it is as long as the keystore has nothing to say to that. */
  readonly credentials$: Observable<Credentials | TrustAnchors>;
  /** What becomes of attempts to connect, those beside an open connection included. */
  readonly state$: Observable<ConnectionState>;
  readonly unit: Exchange<Delivery>;
  /** How long the confirmation is waited for before a new certificate is put to use, in milliseconds. */
  readonly ackTimeout: number;
  readonly scheduler: SchedulerLike;
}

/** Who a unit is. */
export interface Identity {
  /** The credentials to connect with, from the keystore; a further value when they are to be changed at once. */
  readonly credentials$: Observable<Credentials>;
  /** Renews certificates while it is subscribed, and watches over new ones. Never fails. */
  readonly event$: Observable<RenewalEvent>;
}

/**
 * Keeps the identity of a unit in a keystore. A new online certificate of the main node is put to use once its
 * confirmation is acknowledged, or an ack timeout later, and is on trial until it has connected.
 */
export const unitIdentity = (options: IdentityOptions): Identity => {
  const { keystore, mainNode, credentials$: given$, state$, unit, ackTimeout, scheduler } = options;
  const id: CertificateId = { type: 'online', node: mainNode };
  const { offer, judge, idle$ } = certificateTrial(keystore, id);
  const change$ = new Subject<undefined>();
  const failure$ = new Subject<unknown>();

  const told = <T>(work$: Observable<T>): Observable<T> =>
    work$.pipe(
      catchError((error: unknown) => {
        failure$.next(error);
        return EMPTY;
      }),
    );

  /** Goes into the keystore, so that there is something to go back to; where that fails it serves all the same. */
  const fromOutside = (given: Credentials | TrustAnchors): Observable<Credentials> => {
    if (given.cert === undefined)
      throw new CredentialsError(
        `the keystore holds no online certificate of node ${mainNode}, and no certificate and key are given besides`,
      );
    const { cert, key, passphrase } = given;
    const pair = { ...id, cert, key, ...(passphrase === undefined ? {} : { passphrase }) };
    return told(defer(() => keystore.importPair?.(pair) ?? EMPTY)).pipe(ignoreElements(), endWith(given));
  };

  const fromKeystore = (given: Credentials | TrustAnchors): Observable<Credentials> =>
    from(keystore.certificate(id)).pipe(
      mergeMap((pair) => {
        if (pair === undefined) return fromOutside(given);
        offer(pair);
        const { cert, key, passphrase } = pair;
        return of({ ca: given.ca, cert, key, ...(passphrase === undefined ? {} : { passphrase }) });
      }),
    );

  const read$ = idle$.pipe(
    mergeMap(() => given$),
    switchMap(fromKeystore),
    throwIfEmpty(() => new CredentialsError('neither the credentials nor the keystore gave a value')),
  );

  /** Emits when a new certificate of this unit may be put to use. */
  const confirmed = (event: RenewalStep<Delivery>): Observable<unknown> => {
    if (event.step !== 'installed') return EMPTY;
    const { certificates, confirmation } = event;
    const isOurs = certificates.some(
      ({ type, node, error }) => type === id.type && node === id.node && error === undefined,
    );
    const settled$ = confirmation.status$.pipe(ignoreElements(), endWith('settled'));
    return isOurs ? merge(settled$, timer(ackTimeout, scheduler)).pipe(take(1)) : EMPTY;
  };

  const renewal$ = renewCertificates(unit, keystore, { mainNode }).pipe(
    mergeMap((event) =>
      confirmed(event).pipe(
        tap(() => {
          change$.next(undefined);
        }),
        ignoreElements(),
        startWith(event),
      ),
    ),
  );

  return {
    credentials$: defer(() => merge(read$, change$.pipe(switchMap(() => told(read$))))).pipe(
      distinctUntilChanged(isSame),
    ),
    event$: merge(
      renewal$,
      state$.pipe(mergeMap(judge)),
      failure$.pipe(map((error): RenewalEvent => ({ step: 'failed', error }))),
    ),
  };
};

const isSame = (a: Credentials, b: Credentials): boolean => a.cert === b.cert && a.key === b.key && a.ca === b.ca;
