import {
  catchError,
  defer,
  from,
  map,
  mergeMap,
  of,
  take,
  throwIfEmpty,
  type Observable,
  type ObservableInput,
} from 'rxjs';
import { checkType } from '../certificates/certificate-types.js';
import { checkCsr, checkSerial } from '../certificates/check-answer.js';
import { withoutSecret } from '../certificates/error-info.js';
import type { CertificateId, IssuedChain, Keystore } from '../certificates/keystore.js';
import { KeystoreError } from '../errors.js';
import type { CertificateOutcome, SigningRequest } from './certificate-messages.js';
import type { RenewalMemory } from './renewal-memory.js';

/** The part of a keystore that renews certificates. */
export type RenewingKeystore = Pick<Keystore, 'createKey' | 'applyCert' | 'certificate'>;

/** The request for a certificate, or its outcome if none is needed or possible. */
export type Requested = SigningRequest | { readonly outcome: CertificateOutcome };

/** Makes a key and the request for its certificate. A failure is an outcome, without the secret. */
export const requestCertificate = (
  keystore: RenewingKeystore,
  memory: RenewalMemory,
  certificate: CertificateId & { readonly serial: string },
  secret: string | undefined,
): Observable<Requested> => {
  const { type, node } = certificate;
  return serialInUse(keystore, certificate).pipe(
    mergeMap((current): Observable<Requested> => {
      const successor = memory.successorOf(certificate, current);
      if (successor !== undefined) return of({ outcome: { type, node, serial: successor } });
      checkType(type);
      if (secret === undefined) throw missingSecret(node);
      return single(keystore.createKey({ type, node, secret })).pipe(
        map((csr) => ({ type, node, csr: checkCsr(csr) })),
      );
    }),
    catchError((error: unknown) =>
      of({ outcome: { type, node, serial: '', error: withoutSecret(error, secret ?? '') } }),
    ),
  );
};

/** Installs a certificate that the cloud issued. A failure is an outcome. */
export const installCertificate = (
  keystore: RenewingKeystore,
  memory: RenewalMemory,
  certificate: IssuedChain,
): Observable<CertificateOutcome> => {
  const { type, node } = certificate;
  return defer(() => {
    checkType(type);
    return single(keystore.applyCert(certificate));
  }).pipe(
    map((given) => {
      const serial = checkSerial(given);
      memory.install(certificate, serial);
      return { type, node, serial };
    }),
    catchError((error: unknown) => of({ type, node, serial: '', error })),
  );
};

/** The serial of the certificate in use; empty if there is none, or the keystore cannot say. */
const serialInUse = (keystore: RenewingKeystore, { type, node }: CertificateId): Observable<string> =>
  defer(() => single(keystore.certificate({ type, node }))).pipe(
    map((pair) => pair?.serial ?? ''),
    catchError(() => of('')),
  );

const single = <T>(input: ObservableInput<T>): Observable<T> =>
  from(input).pipe(
    take(1),
    throwIfEmpty(() => new KeystoreError('the keystore gave no answer', { code: 'UNREADABLE' })),
  );

const missingSecret = (node: string): KeystoreError =>
  new KeystoreError(`the notification brings no secret for node ${node}, so no key can be made there`, {
    code: 'MISSING_SECRET',
  });
