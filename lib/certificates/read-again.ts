import { catchError, concat, distinctUntilChanged, EMPTY, exhaustMap, map, noop, type Observable } from 'rxjs';
import type { Credentials, TrustAnchors } from '../transport/types.js';
import { arrangeCredentials } from './arrange-credentials.js';
import { checkCredentials } from './check-credentials.js';

/**
 * Emits the credentials, and others as soon as there are: they are read again at each value of `again$`. What cannot be read
 * then, or does not belong together, as while a program replaces one file after the other, is passed over, and
 * `onRefused` is called with the reason; the first reading fails instead.
 */
export const readAgain = <Read extends Credentials | TrustAnchors>(
  read$: Observable<Read>,
  again$: Observable<unknown>,
  onRefused: (error: unknown) => void = noop,
): Observable<Read> =>
  concat(
    read$,
    again$.pipe(
      exhaustMap(() =>
        read$.pipe(
          map(checked),
          catchError((error: unknown) => {
            onRefused(error);
            return EMPTY;
          }),
        ),
      ),
    ),
  ).pipe(distinctUntilChanged<Read>(isSame));

/** @throws CredentialsError where certificate and key do not belong together */
const checked = <Read extends Credentials | TrustAnchors>(credentials: Read): Read => {
  // A certificate that has expired is for the attempt to connect, which says so.
  if (hasKey(credentials)) checkCredentials(arrangeCredentials(credentials, 0), 0);
  return credentials;
};

const hasKey = (credentials: Credentials | TrustAnchors): credentials is Credentials => 'key' in credentials;

const isSame = (one: object, other: object): boolean => JSON.stringify(one) === JSON.stringify(other);
