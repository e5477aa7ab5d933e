import { catchError, concatMap, defer, from, map, mergeMap, of, type Observable, type ObservableInput } from 'rxjs';
import type { Messenger } from './messenger.js';
import { absentLog, failedLog, pushLog } from '../builders/push-log.js';
import type { CloudData, UnitData } from '../protocol/envelope.js';
import { sendReporting, type SendResult } from './send-reporting.js';

/** The log of one node. */
export interface NodeLog {
  /** The codename of the node. */
  readonly node: string;
  /** The log as bytes or text; absent if there is no such instance. */
  readonly log?: Uint8Array | string | undefined;
  /** The error, if it could not be read. */
  readonly error?: unknown;
}

/** Reads the logs that a request asks for, one value per node. Returns a list, an Observable, or a Promise of one. */
export type ReadLogs = (request: CloudData<'requestLog'>) => ObservableInput<NodeLog>;

/**
 * A part of a log that was sent, or could not be.
 *
 * @typeParam D - the result of `send`
 */
export interface LogStep<D = unknown>
  extends SendResult<D>, Pick<UnitData<'pushLog'>, 'part' | 'partsCount' | 'status'> {
  /** That of the request. */
  readonly correlationId: string | undefined;
  /** The codename of the node. */
  readonly node: string;
}

/** The number of requests that are worked on at a time. */
const concurrency = 4;

/**
 * Answers every `requestLog` with `pushLog` messages for as long as it is subscribed, and emits a step for each of them.
 * A log goes out in parts, each compressed when the queue has room for it. A log that cannot be read is reported to the cloud. It
 * never fails.
 *
 * ```
 * requestLog  → readLogs → pushLog 1 of n, 2 of n, …  for each node
 * ```
 *
 * The `uploadOptions` of a request are for `readLogs` to heed.
 *
 * @typeParam D - the result of `send`
 * @param unit - the unit that receives the requests and sends the logs
 * @param readLogs - reads the logs of a request
 * @returns a step for each part, for as long as it is subscribed
 *
 * @example
 * ```ts
 * answerLogRequests(unit, () => [{ node: 'main', log: readFileSync('/var/log/my-unit.log') }]).subscribe();
 * ```
 */
export const answerLogRequests = <D>(unit: Messenger<D>, readLogs: ReadLogs): Observable<LogStep<D>> =>
  unit.on('requestLog').pipe(
    mergeMap(
      ({ data }) =>
        defer(() => readLogs(data)).pipe(
          catchError((error: unknown) => of<NodeLog>({ node: '', error })),
          concatMap((log) =>
            defer(() => partsOf(data, log)).pipe(
              catchError((error: unknown) => partsOf(data, { node: log.node, error })),
            ),
          ),
          concatMap((part) => sendReporting(unit, part).pipe(map((result) => stepOf(part, result)))),
        ),
      concurrency,
    ),
  );

const partsOf = (
  { correlationId }: CloudData<'requestLog'>,
  { node, log, error }: NodeLog,
): Observable<UnitData<'pushLog'>> => {
  const origin = { correlationId, node: { codename: node } };
  if (error !== undefined) return of(failedLog(origin, error));
  return from(log === undefined ? [absentLog(origin)] : pushLog(origin, log));
};

const stepOf = <D>(
  { correlationId, node, part, partsCount, status }: UnitData<'pushLog'>,
  result: SendResult<D>,
): LogStep<D> => ({
  ...{ correlationId, node: node.codename, part, partsCount, status },
  ...result,
});
