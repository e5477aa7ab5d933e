import {
  catchError,
  concat,
  concatMap,
  defer,
  EMPTY,
  from,
  ignoreElements,
  map,
  merge,
  mergeMap,
  of,
  tap,
  type Observable,
  type ObservableInput,
} from 'rxjs';
import { KeystoreError } from '../errors.js';
import { sendWhenRoom, type Messenger } from './messenger.js';
import type { CloudData, CloudMessage, UnitData } from '../protocol/envelope.js';
import { checkCsr } from '../certificates/check-answer.js';
import { checkType } from '../certificates/certificate-types.js';
import { withoutSecret } from '../certificates/error-info.js';
import { iamLast } from './install-order.js';
import type { Keystore } from '../certificates/keystore.js';
import { unreadable } from '../certificates/unreadable.js';
import { provisioningResponse, startProvisioningResponse, type ProvisioningAnswer } from './certificate-messages.js';

/** What an app does when a node is provisioned. Each may answer with a Promise or an Observable; one that fails ends the sequence. */
export interface ProvisioningHandlers extends Pick<Keystore, 'createKey' | 'applyCert'> {
  /** Prepares the node. Default: nothing. */
  readonly startProvisioning?: (node: string, password: string) => ObservableInput<unknown>;
  /** The types of certificates that the node needs, in the order in which they are requested. */
  readonly certificateTypes: (node: string) => ObservableInput<readonly string[]>;
  /** Called once all certificates are installed. Default: nothing. */
  readonly finishProvisioning?: (node: string, password: string) => ObservableInput<unknown>;
  /** Takes everything back: keys, certificates, data. */
  readonly deprovision: (node: string, password: string) => ObservableInput<unknown>;
}

/** A request was worked off and answered. */
export interface ProvisioningStep<D = unknown> {
  readonly step: 'started' | 'finished' | 'deprovisioned';
  readonly node: string;
  /** Why it failed, where it did. It holds no secret. */
  readonly error?: unknown;
  /** What `send` gave; absent where the answer could not be sent. */
  readonly response?: D;
}

/**
 * Provisions and deprovisions nodes whenever the cloud asks for it, for as long as it is subscribed. Every request is
 * answered exactly once, with what was done until the first failure. Requests are worked off one after another;
 * certificates are installed in the order they came, `iam` last.
 *
 * ```
 * startProvisioningRequest   → startProvisioning, certificateTypes, createKey for each → startProvisioningResponse
 * finishProvisioningRequest  → applyCert for each, finishProvisioning                  → finishProvisioningResponse
 * deprovisioningRequest      → deprovision                                             → deprovisioningResponse
 * ```
 */
export const provisionNodes = <D>(
  unit: Messenger<D>,
  handlers: ProvisioningHandlers,
): Observable<ProvisioningStep<D>> =>
  merge(
    unit.on('startProvisioningRequest').pipe(map((message) => () => start(unit, handlers, message))),
    unit.on('finishProvisioningRequest').pipe(map((message) => () => finish(unit, handlers, message))),
    unit.on('deprovisioningRequest').pipe(map((message) => () => deprovision(unit, handlers, message))),
  ).pipe(concatMap((work) => work()));

type ProvisioningRequest = CloudData<
  'deprovisioningRequest' | 'startProvisioningRequest' | 'finishProvisioningRequest'
>;

const start = <D>(
  unit: Messenger<D>,
  handlers: ProvisioningHandlers,
  { data: request }: CloudMessage<'startProvisioningRequest'>,
) => {
  const csrs: { readonly type: string; readonly csr: string }[] = [];
  return perform(request, (node, secret) =>
    then(
      () => handlers.startProvisioning?.(node, secret) ?? EMPTY,
      () =>
        from(handlers.certificateTypes(node)).pipe(
          mergeMap((types) => types),
          concatMap((type) =>
            from(handlers.createKey({ type: checkType(type), node, secret })).pipe(
              tap((csr) => csrs.push({ type, csr: checkCsr(csr) })),
            ),
          ),
        ),
    ),
  ).pipe(
    concatMap(({ error }) => respond(unit, 'started', request, error, (told) => startProvisioningResponse(told, csrs))),
  );
};

const finish = <D>(
  unit: Messenger<D>,
  handlers: ProvisioningHandlers,
  { data: request, dropped }: CloudMessage<'finishProvisioningRequest'>,
) =>
  perform(request, (node, password) => {
    const lost = unreadable(dropped);
    if (lost > 0) throw new KeystoreError(`${lost} of the certificates cannot be read`, { code: 'UNREADABLE' });
    return then(
      () =>
        from([...request.certificates].sort(iamLast)).pipe(
          concatMap(({ type, chain }) => handlers.applyCert({ type: checkType(type), node, chain, isOnTrial: false })),
        ),
      () => handlers.finishProvisioning?.(node, password) ?? EMPTY,
    );
  }).pipe(
    concatMap(({ error }) =>
      respond(unit, 'finished', request, error, (told) => provisioningResponse('finishProvisioningResponse', told)),
    ),
  );

const deprovision = <D>(
  unit: Messenger<D>,
  handlers: ProvisioningHandlers,
  { data: request }: CloudMessage<'deprovisioningRequest'>,
) =>
  perform(request, (node, password) => handlers.deprovision(node, password)).pipe(
    concatMap(({ error }) =>
      respond(unit, 'deprovisioned', request, error, (told) => provisioningResponse('deprovisioningResponse', told)),
    ),
  );

/** Does one after the other, whatever they emit. */
const then = (...steps: readonly (() => ObservableInput<unknown>)[]): Observable<unknown> =>
  from(steps).pipe(concatMap((step) => step()));

/** Emits once when the work is done, with the error where it failed. */
const perform = (
  { node, password }: ProvisioningRequest,
  work: (node: string, password: string) => ObservableInput<unknown>,
): Observable<{ readonly error?: unknown }> =>
  concat(defer(() => work(node.codename, password)).pipe(ignoreElements()), of({})).pipe(
    catchError((error: unknown) => of({ error: withoutSecret(error, password) })),
  );

const respond = <D>(
  unit: Messenger<D>,
  step: ProvisioningStep['step'],
  { correlationId, node: { codename: node } }: ProvisioningRequest,
  error: unknown,
  write: (told: ProvisioningAnswer) => UnitData,
): Observable<ProvisioningStep<D>> =>
  defer(() => sendWhenRoom(unit, write({ correlationId, node, error }))).pipe(
    map((response) => ({ step, node, ...(error === undefined ? {} : { error }), response })),
    catchError((cause: unknown) => of({ step, node, error: cause })),
  );
