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

/** A certificate, and which one of its kind it is. */
export interface RenewedCertificate extends CertificateId {
  /** In hex. */
  readonly serial: string;
}

/** How a trial goes. */
export type TrialEvent =
  /** A certificate on trial has connected; the key that was kept is gone. */
  | { readonly step: 'connected'; readonly certificate: RenewedCertificate }
  /** The cloud refuses a certificate on trial, for this reason; the unit goes on with the one before. */
  | { readonly step: 'refused'; readonly certificate: RenewedCertificate; readonly error: unknown }
  /** The verdict could not be written down. */
  | { readonly step: 'failed'; readonly error: unknown };

/** Judges certificates by what becomes of attempts to connect with them. */
export interface CertificateTrial {
  /** Notes that the next attempts are made with this one. */
  readonly offer: (pair: KeyPairInUse) => void;
  /** Has the verdict written down where the state allows one, beginning at once. */
  readonly judge: (state: ConnectionState) => Observable<TrialEvent>;
  /** Emits once, when no verdict is being written down. */
  readonly idle$: Observable<unknown>;
}

/** After so many failures that may have had another reason a certificate is taken to be refused. */
const mostDoubts = 3;

/**
 * Watches over the certificate that a unit connects with. One on trial that connects is committed; one that the cloud
 * refuses is rolled back, and where the one before is refused as well, the two take turns.
 */
export const certificateTrial = (
  keystore: Pick<Keystore, 'commit' | 'rollback'>,
  id: CertificateId,
): CertificateTrial => {
  const busy$ = new BehaviorSubject(false);
  let offered: KeyPairInUse | undefined;
  let doubts = 0;

  const isRefused = (error: unknown): boolean => {
    const verdict = certificateRefusal(error);
    if (verdict === 'doubtful') doubts++;
    return verdict === 'refused' || (verdict === 'doubtful' && doubts >= mostDoubts);
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
      if (pair.serial !== offered?.serial) doubts = 0;
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
