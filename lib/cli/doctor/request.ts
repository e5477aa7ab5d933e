import { retryAfterOf } from '../../errors.js';
import { failed, type Check } from './check.js';
import { diagnoseHttp, type HttpMeanings } from './diagnosis.js';

/** The check of a request by HTTP that failed after `took` milliseconds. */
export const failedRequest = (check: Check['check'], error: unknown, meanings: HttpMeanings, took: number): Check => {
  const { finding, detail, code } = diagnoseHttp(error, meanings);
  const retryAfter = retryAfterOf(error);
  const said = [
    detail === '' ? code : detail,
    retryAfter === undefined ? undefined : `it asks to wait ${retryAfter / 1000} s`,
  ];
  return failed(check, finding, said.filter((part) => part !== undefined).join(', '), {
    took,
    ...(code === undefined ? {} : { code }),
    ...(retryAfter === undefined ? {} : { figures: { retryAfter } }),
  });
};
