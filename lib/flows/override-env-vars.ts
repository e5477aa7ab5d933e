import {
  asyncScheduler,
  catchError,
  concat,
  concatMap,
  defaultIfEmpty,
  defer,
  filter,
  from,
  ignoreElements,
  map,
  merge,
  mergeMap,
  of,
  repeat,
  switchMap,
  take,
  timer,
  toArray,
  type Observable,
  type ObservableInput,
  type SchedulerLike,
} from 'rxjs';
import type { Messenger } from './messenger.js';
import { errorInfo } from '../builders/error-info.js';
import type { InstanceIdent } from '../builders/new-state.js';
import type { CloudData, UnitData } from '../protocol/envelope.js';
import type { ErrorInfo } from '../protocol/from-schema.js';
import { writeMessage } from '../protocol/write-message.js';
import { instanceKey } from './instance-key.js';
import { matches, type InstanceFilter } from './matches.js';
import { nameOf } from './name-of.js';
import { sendReporting, type SendResult } from './send-reporting.js';

/** An environment variable of an instance. */
export interface EnvVar {
  /** The instance that it is for. */
  readonly instance: InstanceIdent;
  /** The name of the variable. */
  readonly name: string;
  /** The value of the variable. */
  readonly value: string;
}

/** Handlers of an app for environment variables. Each may return a Promise or an Observable, and fails if it cannot be done. */
export interface EnvVarHandlers {
  /** Returns the instances that exist; called for each message of the cloud. */
  readonly instances: () => ObservableInput<readonly InstanceIdent[]>;
  /** Sets a variable of an instance, or changes its value. */
  readonly set: (variable: EnvVar) => ObservableInput<unknown>;
  /** Unsets a variable that the cloud does not name any more, or whose `ttl` is over; also if `set` had failed. */
  readonly unset: (variable: EnvVar) => ObservableInput<unknown>;
}

/** Options of {@link overrideEnvVars}. */
export interface OverrideEnvVarsOptions {
  /**
   * The wall clock, in milliseconds since 1970.
   *
   * @defaultValue `Date.now`
   */
  readonly now?: () => number;
  /**
   * The scheduler of its timers.
   *
   * @defaultValue `asyncScheduler`
   */
  readonly scheduler?: SchedulerLike;
}

/**
 * A step of {@link overrideEnvVars}.
 *
 * @typeParam D - the result of `send`
 */
export type EnvVarStep<D = unknown> =
  /** All variables of a message were set as far as possible, and the status was sent, or could not be. */
  | (SendResult<D> & {
      readonly step: 'overridden';
      /** The statuses that were sent. */
      readonly statuses: UnitData<'overrideEnvVarsStatus'>['statuses'];
      /** The statuses that do not fit the protocol, such as that of an instance with a name that is too long; absent if there are none. */
      readonly leftOut?: readonly LeftOut[];
    })
  /** A variable was unset, or could not be. */
  | {
      /** `replaced` if the cloud does not name it any more, `expired` if its `ttl` is over. */
      readonly step: 'replaced' | 'expired';
      /** The variable that was unset. */
      readonly variable: EnvVar;
      /** The error, if it could not be unset. */
      readonly error?: unknown;
    };

/** A status that does not fit the protocol. */
export interface LeftOut {
  /** The status that was not sent. */
  readonly status: UnitData<'overrideEnvVarsStatus'>['statuses'][number];
  /** The reason. */
  readonly error: unknown;
}

/** Looks at the clock this often at least: it may be set, and timers stand still while the machine sleeps; in milliseconds. */
const lookEvery = 10_000;
const notFound = 5;

/** The instances that exist, or the error of asking for them. */
interface Known {
  readonly instances: readonly InstanceIdent[];
  readonly error?: unknown;
}

interface Override extends EnvVar {
  /** Milliseconds since 1970. */
  readonly until: number;
}

/**
 * Sets the environment variables that the cloud assigns to instances, for as long as it is subscribed. Each
 * `overrideEnvVars` replaces the one before: variables that it does not name are unset, then each of its variables is set,
 * for each instance that matches, and all are reported in one `overrideEnvVarsStatus`. A variable whose `ttl` is over is
 * ignored; one whose `ttl` passes is unset. It never fails.
 *
 * ```
 * overrideEnvVars  → instances, unset for each that is gone, set for each → overrideEnvVarsStatus
 * a ttl passes     → unset
 * ```
 *
 * One thing is done at a time. A variable for an instance that does not exist is reported as not found, if the message names
 * the instance in full.
 *
 * @typeParam D - the result of `send`
 * @param unit - the unit that receives and sends the messages
 * @param handlers - list the instances, set variables and unset them
 * @param options - the clocks
 * @returns the steps, for as long as it is subscribed
 *
 * @example
 * ```ts
 * overrideEnvVars(unit, { instances: () => [running], set: (variable) => restart(variable), unset }).subscribe();
 * ```
 */
export const overrideEnvVars = <D>(
  unit: Messenger<D>,
  handlers: EnvVarHandlers,
  { now = Date.now, scheduler = asyncScheduler }: OverrideEnvVarsOptions = {},
): Observable<EnvVarStep<D>> =>
  defer(() => {
    let current: ReadonlyMap<string, Override> = new Map();

    const unset = (step: 'replaced' | 'expired', variable: EnvVar): Observable<EnvVarStep<D>> =>
      outcome(() => handlers.unset(variable)).pipe(map((failed) => ({ step, variable, ...failed })));

    const override = (data: CloudData<'overrideEnvVars'>): Observable<EnvVarStep<D>> =>
      defer(() => handlers.instances()).pipe(
        take(1),
        map((instances): Known => ({ instances })),
        catchError((error: unknown) => of<Known>({ instances: [], error })),
        defaultIfEmpty<Known, Known>({ instances: [] }),
        mergeMap((known) => {
          const { wanted, missing } = overridesOf(data, known, now());
          const gone = [...current].flatMap(([key, variable]) => (wanted.has(key) ? [] : [variable]));
          current = wanted;
          const statuses$ = from(wanted.values()).pipe(
            concatMap((variable) =>
              outcome(() => handlers.set(variableOf(variable))).pipe(
                map(({ error }) => statusOf(variable, error === undefined ? undefined : errorInfo(error))),
              ),
            ),
            toArray(),
            map((statuses) => [...statuses, ...missing]),
          );
          return concat(
            from(gone).pipe(concatMap((variable) => unset('replaced', variableOf(variable)))),
            statuses$.pipe(
              concatMap((all) => {
                const { statuses, leftOut } = sendable(all);
                return sendReporting(unit, { messageType: 'overrideEnvVarsStatus', statuses }).pipe(
                  map((result): EnvVarStep<D> => ({
                    step: 'overridden',
                    statuses,
                    ...(leftOut.length > 0 && { leftOut }),
                    ...result,
                  })),
                );
              }),
            ),
          );
        }),
      );

    const expire = (): Observable<EnvVarStep<D>> => {
      const over = [...current].filter(([, { until }]) => until <= now());
      current = new Map([...current].filter(([, { until }]) => until > now()));
      return from(over).pipe(concatMap(([, variable]) => unset('expired', variableOf(variable))));
    };

    return unit.on('overrideEnvVars').pipe(
      switchMap(({ data }) =>
        merge(
          of(() => override(data)),
          from(ttlsOf(data)).pipe(
            mergeMap((until) => reached(until, now, scheduler)),
            map(() => expire),
          ),
        ),
      ),
      concatMap((work) => work()),
    );
  });

type Status = UnitData<'overrideEnvVarsStatus'>['statuses'][number];

/** The variables to set from now on, and those that cannot be set because there is no such instance. */
const overridesOf = ({ items = [] }: CloudData<'overrideEnvVars'>, { instances, error }: Known, now: number) => {
  const wanted = new Map<string, Override>();
  const missing: Status[] = [];
  for (const { variables = [], ...meant } of items) {
    const found = instances.filter((instance) => matches(meant, instance));
    const named = found.length === 0 ? wholeName(meant) : undefined;
    for (const { name, value, ttl } of variables) {
      const until = untilOf(ttl);
      if (until <= now) continue;
      for (const instance of found)
        wanted.set(JSON.stringify([instanceKey(instance), name]), { instance, name, value, until });
      if (named) missing.push(statusOf({ instance: named, name }, error === undefined ? noInstance : errorInfo(error)));
    }
  }
  return { wanted, missing };
};

/** Each for itself: one that does not fit would cost the whole message. */
const sendable = (all: readonly Status[]) => {
  const leftOut: LeftOut[] = [];
  const statuses = all.filter((status) => {
    try {
      writeMessage({ messageType: 'overrideEnvVarsStatus', statuses: [status] });
      return true;
    } catch (error) {
      leftOut.push({ status, error });
      return false;
    }
  });
  return { statuses, leftOut };
};

const noInstance: ErrorInfo = { aosCode: notFound, exitCode: 0, message: 'there is no such instance' };

const wholeName = ({ item, subject, instance }: InstanceFilter): InstanceIdent | undefined =>
  item === undefined || subject === undefined || instance === undefined ? undefined : { item, subject, instance };

const untilOf = (ttl: string | undefined): number => (ttl === undefined ? Infinity : Date.parse(ttl));

const ttlsOf = ({ items = [] }: CloudData<'overrideEnvVars'>): ReadonlySet<number> =>
  new Set(items.flatMap(({ variables = [] }) => variables.map(({ ttl }) => untilOf(ttl))).filter(Number.isFinite));

/** Emits once the wall clock has reached this time. */
const reached = (until: number, now: () => number, scheduler: SchedulerLike): Observable<unknown> =>
  defer(() => timer(Math.min(Math.max(until - now(), 0), lookEvery), scheduler)).pipe(
    repeat(),
    filter(() => now() >= until),
    take(1),
  );

/** Emits once the work is done, with the error if it failed. */
const outcome = (work: () => ObservableInput<unknown>): Observable<{ readonly error?: unknown }> =>
  concat(defer(work).pipe(ignoreElements()), of({})).pipe(catchError((error: unknown) => of({ error })));

const variableOf = ({ instance, name, value }: Override): EnvVar => ({ instance, name, value });

const statusOf = ({ instance, name }: Pick<EnvVar, 'instance' | 'name'>, failure: ErrorInfo | undefined): Status => ({
  item: nameOf(instance.item),
  subject: nameOf(instance.subject),
  instance: instance.instance,
  name,
  ...(failure && { errorInfo: failure }),
});
