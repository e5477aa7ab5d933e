import { Subject, type Observable } from 'rxjs';
import { AppError } from '../errors.js';
import type { UnitNotices } from './notices.js';

/** The errors that code of the app throws in the hands of the unit. */
export interface Failures {
  /** Emits each of them. */
  readonly failure$: Observable<AppError>;
  /** Reports what was thrown, and where. */
  readonly report: (where: string, error: unknown) => void;
  /** Reports a stream that failed: none may, so one that does is a fault of this library and must be seen. */
  readonly reportFault: (fault: unknown) => void;
}

/** Collects what code of the app throws, so that it harms nothing else. */
export const appFailures = (notices: Pick<UnitNotices, 'failed' | 'watchFailure'>): Failures => {
  const failure$ = new Subject<AppError>();
  const report = (where: string, error: unknown) => {
    const failure = new AppError(where, error);
    notices.failed(failure);
    failure$.next(failure);
  };
  return {
    failure$: notices.watchFailure(failure$),
    report,
    reportFault: (fault) => {
      report('unitlink itself', fault);
    },
  };
};
