import { EMPTY, ignoreElements, map, merge, NEVER, Subject, tap, type Observable } from 'rxjs';
import { arrangeCredentials } from '../certificates/arrange-credentials.js';
import type { Delivery } from '../delivery/outgoing-message.js';
import type { Messenger } from '../flows/messenger.js';
import type { Credentials } from '../transport/types.js';
import { keystoreIdentity } from './keystore-identity.js';
import type { UnitNotices } from './notices.js';
import { parallelAttempts, type ParallelAttempts } from './parallel-attempt.js';
import type { RenewalEvent } from './renewal-event.js';
import type { Settings } from './settings.js';
import type { UnitStates } from './states.js';
import type { Unit } from './unit.js';

/** The credentials of a unit, and their renewal. */
export interface UnitIdentity {
  /** The credentials to connect with; a further value replaces them. */
  readonly credentials$: Observable<Credentials>;
  /** Takes the states of attempts in parallel with the open connection. Absent without `makeBeforeBreak`. */
  readonly onParallel: ParallelAttempts['report'] | undefined;
  /** Renews certificates while it is subscribed; never emits. */
  readonly work$: Observable<never>;
  readonly api: Pick<Unit, 'renewal$'>;
}

/** Dependencies of {@link unitIdentity}. */
export interface IdentityParts {
  readonly notices: Pick<UnitNotices, 'renewed'>;
  readonly states: Pick<UnitStates, 'state$'>;
  /** The messages that a renewal sends and receives. */
  readonly messenger: Messenger<Delivery>;
}

/** Takes the credentials from the keystore, if there is one, or from the options. */
export const unitIdentity = (settings: Settings, { notices, states, messenger }: IdentityParts): UnitIdentity => {
  const { keystore, makeBeforeBreak, now } = settings;
  const parallel = makeBeforeBreak ? parallelAttempts() : undefined;
  const state$ = parallel ? merge(states.state$, parallel.state$) : states.state$;
  const kept = keystore && keystoreIdentity({ ...settings, keystore, state$, messenger });
  const credentials$ = kept?.credentials$ ?? (settings.credentials$ as Observable<Credentials>); // checked to be whole
  const arranged$ = credentials$.pipe(map((credentials) => arrangeCredentials(credentials, now())));
  if (kept === undefined && parallel === undefined)
    return { credentials$: arranged$, onParallel: undefined, work$: EMPTY, api: { renewal$: NEVER } };

  const renewal$ = new Subject<RenewalEvent>();
  const publish = (event: RenewalEvent) => {
    notices.renewed(event);
    renewal$.next(event);
  };
  return {
    credentials$: arranged$,
    onParallel: parallel?.report,
    work$: merge(kept?.event$ ?? EMPTY, parallel?.event$ ?? EMPTY).pipe(tap(publish), ignoreElements()),
    api: { renewal$: renewal$.asObservable() },
  };
};
