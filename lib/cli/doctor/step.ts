import { catchError, lastValueFrom, map, of, throwError, timeout, type Observable } from 'rxjs';
import { ConnectTimeoutError } from '../../errors.js';
import { shownUrl } from '../../protocol/url.js';
import type { Probes } from '../../transport/probes/probes.js';
import type { Credentials } from '../../transport/types.js';
import type { DoctorSettings } from './options.js';

/** Dependencies of an examination. */
export interface DoctorTools {
  readonly settings: DoctorSettings;
  readonly probes: Probes;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds of a clock that never jumps. */
  readonly clock: () => number;
}

/** The same, for the part that needs the identity of the unit. */
export interface TrustedTools extends DoctorTools {
  readonly credentials: Credentials;
}

/** The result of a step; `took` in milliseconds. */
export type StepOutcome<T> = { readonly took: number } & ({ readonly value: T } | { readonly error: unknown });

/** The last value of a step whose first comes within the deadline, or why there is none. */
export const take = async <T>(step$: Observable<T>, url: string, tools: DoctorTools): Promise<StepOutcome<T>> => {
  const { connectTimeout } = tools.settings;
  const late = () => throwError(() => new ConnectTimeoutError(shownUrl(url), connectTimeout));
  const began = tools.clock();
  const outcome$ = step$.pipe(
    timeout({ first: connectTimeout, with: late }),
    map((value) => ({ value })),
    catchError((error: unknown) => of({ error })),
  );
  const outcome = await lastValueFrom(outcome$, { defaultValue: { error: new Error('it ended without a result') } });
  return { ...outcome, took: Math.round(tools.clock() - began) };
};
