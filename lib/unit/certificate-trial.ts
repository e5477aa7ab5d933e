import {
  BehaviorSubject,
  catchError,
  defer,
  EMPTY,
  filter,
  finalize,
  ignoreElements,
  of,
  startWith,
  take,
  type Observable,
} from 'rxjs';
import { certificateRefusal } from '../certificates/certificate-refusal.js';
import type { CertificateId, KeyPairInUse, Keystore } from '../certificates/keystore.js';
import type { ConnectionState } from '../connection/connection-state.js';

/** A certificate with its serial. */
export interface RenewedCertificate extends CertificateId {
  /** The serial in hex. */
  readonly serial: string;
}

/** An event in the trial of a certificate. */
export type TrialEvent =
  /** A certificate on trial has connected; the key that was kept is removed. */
  | {
      readonly step: 'connected';
      /** The certificate that is in use. */
      readonly certificate: RenewedCertificate;
    }
  /** The cloud refuses a certificate on trial; the unit goes on with the one before. */
  | {
      readonly step: 'refused';
      /** The certificate that was refused. */
      readonly certificate: RenewedCertificate;
      /** The error of the attempt to connect. */
      readonly error: unknown;
    }
  /** The result could not be written to the keystore. */
  | {
      readonly step: 'failed';
      /** The error of the keystore. */
      readonly error: unknown;
    };

/** Judges certificates by the attempts to connect with them. */
export interface CertificateTrial {
  /** Takes the pair that the next attempts are made with. */
  readonly offer: (pair: KeyPairInUse) => void;
  /** Commits or rolls back the certificate if the state decides on it, beginning at once. */
  readonly judge: (state: ConnectionState) => Observable<TrialEvent>;
  /** Emits once, when the keystore is not being written. */
  readonly idle$: Observable<unknown>;
}

/** After so many failures that may have another reason a certificate counts as refused. */
const maxUnclear = 3;

/**
 * Puts the certificate that a unit connects with on trial. One that connects is committed; one that the cloud refuses is
 * rolled back, and if the one before is refused as well, the two take turns.
 */
export const certificateTrial = (
  keystore: Pick<Keystore, 'commit' | 'rollback'>,
  id: CertificateId,
): CertificateTrial => {
  const busy$ = new BehaviorSubject(false);
  let offered: KeyPairInUse | undefined;
  let unclear = 0;

  const isRefused = (error: unknown): boolean => {
    const verdict = certificateRefusal(error);
    if (verdict === 'unclear') unclear++;
    return verdict === 'refused' || (verdict === 'unclear' && unclear >= maxUnclear);
  };

  const settle = (write: 'commit' | 'rollback', event: TrialEvent): Observable<TrialEvent> => {
    offered = undefined;
    return defer(() => {
      busy$.next(true);
      return keystore[write]?.(id) ?? EMPTY;
    }).pipe(
      ignoreElements(),
      finalize(() => {
        busy$.next(false);
      }),
      catchError((error: unknown) => of<TrialEvent>({ step: 'failed', error })),
      startWith(event),
    );
  };

  return {
    offer: (pair) => {
      if (pair.serial !== offered?.serial) unclear = 0;
      offered = pair;
    },
    judge: (state) => {
      if (offered?.isOnTrial !== true) return EMPTY;
      const certificate = { ...id, serial: offered.serial };
      if (state.state === 'connected') return settle('commit', { step: 'connected', certificate });
      if (state.state !== 'waiting' || !isRefused(state.cause)) return EMPTY;
      return settle('rollback', { step: 'refused', certificate, error: state.cause });
    },
    idle$: busy$.pipe(
      filter((busy) => !busy),
      take(1),
    ),
  };
};
