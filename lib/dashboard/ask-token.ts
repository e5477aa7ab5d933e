import { catchError, defer, take, type Observable, type ObservableInput } from 'rxjs';
import { AppError } from '../errors.js';
import { firstWithin } from '../operators/first-within.js';
import { concatOf } from '../operators/lean.js';
import type { DashboardSettings } from './options.js';

/** Emits the token of the app once; fails with an AppError if its function does, or gives none in time. */
export const askToken = (
  { token, connectTimeout, scheduler }: DashboardSettings,
  isRefused: boolean,
): Observable<string | undefined> =>
  defer(() => tokenOf(token, isRefused)).pipe(
    take(1),
    firstWithin(connectTimeout, () => new Error(`no answer within ${connectTimeout} ms`), scheduler),
    catchError((error: unknown) => {
      throw new AppError('the token function', error);
    }),
  );

const tokenOf = (token: DashboardSettings['token'], refused: boolean): ObservableInput<string | undefined> => {
  const given = typeof token === 'function' ? token({ refused }) : token;
  if (typeof given === 'string' || given === undefined) return [given];
  return concatOf(given, [undefined]); // the first counts
};
