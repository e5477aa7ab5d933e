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

/** Handlers of an app for the provisioning of nodes. Each may return a Promise or an Observable; one that fails ends the sequence. */
export interface ProvisioningHandlers extends Pick<Keystore, 'createKey' | 'applyCert'> {
  /**
   * Prepares the node.
   *
   * @defaultValue nothing is done
   */
  readonly startProvisioning?: (node: string, password: string) => ObservableInput<unknown>;
  /** Returns the types of certificates that the node needs, in the order in which they are requested. */
  readonly certificateTypes: (node: string) => ObservableInput<readonly string[]>;
  /**
   * Called once all certificates are installed.
   *
   * @defaultValue nothing is done
   */
  readonly finishProvisioning?: (node: string, password: string) => ObservableInput<unknown>;
  /** Removes everything: keys, certificates, data. */
  readonly deprovision: (node: string, password: string) => ObservableInput<unknown>;
}

/**
 * A request that was carried out and answered.
 *
 * @typeParam D - the result of `send`
 */
export interface ProvisioningStep<D = unknown> {
  /** The kind of request that was answered. */
  readonly step: 'started' | 'finished' | 'deprovisioned';
  /** The codename of the node. */
  readonly node: string;
  /** The error, if it failed. It holds no secret. */
  readonly error?: unknown;
  /** The result of `send`; absent if the answer could not be sent. */
  readonly response?: D;
}

/**
 * Provisions and deprovisions nodes whenever the cloud asks for it, for as long as it is subscribed. Every request is
 * answered exactly once, with what was done until the first failure. Requests are carried out one after another;
 * certificates are installed in the order they came, `iam` last.
 *
 * ```
 * startProvisioningRequest   → startProvisioning, certificateTypes, createKey for each → startProvisioningResponse
 * finishProvisioningRequest  → applyCert for each, finishProvisioning                  → finishProvisioningResponse
 * deprovisioningRequest      → deprovision                                             → deprovisioningResponse
 * ```
 *
 * @typeParam D - the result of `send`
 * @param unit - the unit that receives the requests and sends the answers
 * @param handlers - prepare nodes, make keys, install certificates, and remove everything
 * @returns a step for each request, for as long as it is subscribed
 *
 * @example
 * ```ts
 * const { createKey, applyCert, remove } = fileKeystore('/var/lib/my-unit/keys');
 * provisionNodes(unit, { createKey, applyCert, certificateTypes: () => [['online', 'offline']], deprovision: remove }).subscribe();
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
    concatMap(({ error }) =>
      respond(unit, 'started', request, error, (answer) => startProvisioningResponse(answer, csrs)),
    ),
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
      respond(unit, 'finished', request, error, (answer) => provisioningResponse('finishProvisioningResponse', answer)),
    ),
  );

const deprovision = <D>(
  unit: Messenger<D>,
  handlers: ProvisioningHandlers,
  { data: request }: CloudMessage<'deprovisioningRequest'>,
) =>
  perform(request, (node, password) => handlers.deprovision(node, password)).pipe(
    concatMap(({ error }) =>
      respond(unit, 'deprovisioned', request, error, (answer) =>
        provisioningResponse('deprovisioningResponse', answer),
      ),
    ),
  );

/** Runs one after the other and passes on what they emit. */
const then = (...steps: readonly (() => ObservableInput<unknown>)[]): Observable<unknown> =>
  from(steps).pipe(concatMap((step) => step()));

/** Emits once when the work is done, with the error if it failed. */
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
  write: (answer: ProvisioningAnswer) => UnitData,
): Observable<ProvisioningStep<D>> =>
  defer(() => sendWhenRoom(unit, write({ correlationId, node, error }))).pipe(
    map((response) => ({ step, node, ...(error === undefined ? {} : { error }), response })),
    catchError((cause: unknown) => of({ step, node, error: cause })),
  );
