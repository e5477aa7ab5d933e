import { catchError, defer, EMPTY, filter, firstValueFrom, isObservable, of, switchMap, type Observable } from 'rxjs';
import { arrangeCredentials } from '../../certificates/arrange-credentials.js';
import type { Credentials, TrustAnchors } from '../../transport/types.js';
import type { UnitState } from '../../unit/unit.js';
import { commonName, readChain } from '../doctor/certificate.js';
import type { IdentityOptions } from './identity-options.js';
import type { CertificateStatus } from './status.js';

/**
 * Emits at each attempt to connect the ends of the certificate of the unit and of the CA that ends first. What cannot be read
 * is left out: the attempt reports it.
 */
export const certificateEnds = (
  state$: Observable<UnitState>,
  identity: IdentityOptions,
): Observable<readonly CertificateStatus[]> =>
  state$.pipe(
    filter(({ state }) => state === 'discovering' || state === 'connecting'),
    switchMap(() => defer(() => readEnds(identity, Date.now())).pipe(catchError(() => EMPTY))),
  );

const readEnds = async (identity: IdentityOptions, now: number): Promise<readonly CertificateStatus[]> => {
  const { ca, cert } = await inUse(identity, now);
  const [own] = readChain(cert);
  const [firstToEnd] = readChain(ca).toSorted((a, b) => Date.parse(a.validTo) - Date.parse(b.validTo));
  const found = [
    { name: 'certificate', certificate: own },
    { name: 'CA', certificate: firstToEnd },
  ] as const;
  return found.flatMap(({ name, certificate }) =>
    certificate
      ? [{ name, subject: commonName(certificate.subject), validTo: new Date(certificate.validTo).toISOString() }]
      : [],
  );
};

const inUse = async (identity: IdentityOptions, now: number): Promise<Pick<Credentials, 'ca' | 'cert'>> => {
  const { credentials, keystore, mainNode = '' } = identity;
  const given$: Observable<Credentials | TrustAnchors> = isObservable(credentials) ? credentials : of(credentials);
  const none: Credentials | TrustAnchors = { ca: '' };
  const given = await firstValueFrom(given$, { defaultValue: none });
  const kept = await keystore?.certificate({ type: 'online', node: mainNode });
  if (kept) return { ca: given.ca, cert: kept.cert };
  return given.cert === undefined ? { ca: given.ca, cert: '' } : arrangeCredentials(given, now);
};
