import { catchError, concatMap, defer, EMPTY, from, map, merge, mergeMap, of, toArray, type Observable } from 'rxjs';
import type { CertificateId, Keystore } from '../certificates/keystore.js';
import { unreadable } from '../certificates/unreadable.js';
import { KeystoreError } from '../errors.js';
import type { CloudMessage } from '../protocol/envelope.js';
import { issueUnitCertificates as issueSchema } from '../protocol/schemas/issue-unit-certificates.js';
import {
  installUnitCertificatesConfirmation,
  issueUnitCertificates,
  type CertificateOutcome,
  type SigningRequest,
} from './certificate-messages.js';
import { installOrder } from './install-order.js';
import { sendWhenRoom, type Messenger } from './messenger.js';
import { distinct, RenewalMemory } from './renewal-memory.js';
import { installCertificate, requestCertificate, type RenewingKeystore } from './renewing-keystore.js';

/**
 * A step of a renewal.
 *
 * @typeParam D - the result of `send`
 */
export type RenewalStep<D = unknown> =
  /** Keys were made and certificates requested. */
  | {
      readonly step: 'requested';
      /** The certificates that were requested. */
      readonly certificates: readonly CertificateId[];
      /** The certificates for which no request could be made. */
      readonly failed: readonly CertificateOutcome[];
    }
  /** Certificates were installed, and the confirmation was queued. */
  | {
      readonly step: 'installed';
      /** The outcomes, in the order of installing. */
      readonly certificates: readonly CertificateOutcome[];
      /** The result of `send` for the confirmation. */
      readonly confirmation: D;
    }
  /** A message of the cloud could not be acted on, in whole or in part. */
  | {
      readonly step: 'failed';
      /** The reason. */
      readonly error: unknown;
    };

/** Options of {@link renewCertificates}. */
export interface RenewCertificatesOptions {
  /** The id of the node that the unit runs on. Its certificates are installed last, its `iam` last of all. */
  readonly mainNode: string;
}

/**
 * Renews certificates whenever the cloud asks for it, for as long as it is subscribed: makes keys and requests, installs
 * what the cloud issues, and confirms it. It never fails: a failure is a step, and is reported to the cloud, for its
 * certificate alone while the rest goes on.
 *
 * ```
 * renewCertificatesNotification  → createKey for each → issueUnitCertificates
 * issuedUnitCertificates         → applyCert for each → installUnitCertificatesConfirmation
 * ```
 *
 * One message is worked on at a time, in the order in which they come. A notification that comes again before the
 * certificates did is answered with requests again; one that comes again after they were installed, with the same
 * confirmation. A notification that names another serial than that of the certificate in use is acted on: the cloud
 * decides which certificates there are.
 *
 * A unit with the option `keystore` does this by itself.
 *
 * @typeParam D - the result of `send`
 * @param unit - the unit that receives and sends the messages
 * @param keystore - makes the keys and keeps the certificates
 * @param options - the node that the unit runs on
 * @returns the steps, for as long as it is subscribed
 *
 * @example
 * ```ts
 * renewCertificates(unit, keystore, { mainNode: 'main' }).subscribe(({ step }) => console.log(step));
 * ```
 */
export const renewCertificates = <D>(
  unit: Messenger<D>,
  keystore: Pick<Keystore, 'createKey' | 'applyCert' | 'certificate'>,
  { mainNode }: RenewCertificatesOptions,
): Observable<RenewalStep<D>> =>
  defer(() => {
    const renewal: Renewal<D> = { unit, keystore, mainNode, memory: new RenewalMemory() };
    return merge(
      unit.on('renewCertificatesNotification').pipe(map((message) => () => requestAll(renewal, message))),
      unit.on('issuedUnitCertificates').pipe(map((message) => () => installAll(renewal, message))),
    ).pipe(
      concatMap((work) =>
        defer(work).pipe(catchError((error: unknown) => of<RenewalStep<D>>({ step: 'failed', error }))),
      ),
    );
  });

interface Renewal<D> extends RenewCertificatesOptions {
  readonly unit: Messenger<D>;
  readonly keystore: RenewingKeystore;
  readonly memory: RenewalMemory;
}

const requestAll = <D>(
  renewal: Renewal<D>,
  { data, dropped }: CloudMessage<'renewCertificatesNotification'>,
): Observable<RenewalStep<D>> => {
  const { keystore, memory } = renewal;
  const { correlationId, certificates = [], unitSecrets } = data;
  const secrets = new Map(unitSecrets.nodes?.map(({ node, secret }) => [node.codename, secret]));
  const listed = certificates.map(({ type, node, serial }) => ({ type, node: node.codename, serial }));
  return from(distinct(listed)).pipe(
    concatMap((certificate) => {
      memory.ask(certificate);
      return requestCertificate(keystore, memory, certificate, secrets.get(certificate.node));
    }),
    toArray(),
    mergeMap((results) => {
      const settled = results.flatMap((result) => ('outcome' in result ? [result.outcome] : []));
      const requests = results.flatMap((result) => ('csr' in result ? [result] : []));
      memory.settle(requests.length > 0 ? settled : []);
      return merge(
        ignored(unreadable(dropped)),
        requests.length > 0
          ? issue(renewal, requests, settled, correlationId)
          : confirm(renewal, settled, correlationId),
      );
    }),
  );
};

const issue = <D>(
  { unit }: Renewal<D>,
  requests: readonly SigningRequest[],
  settled: readonly CertificateOutcome[],
  correlationId: string | undefined,
): Observable<RenewalStep<D>> =>
  from(inMessages(requests)).pipe(
    concatMap((some) => sendWhenRoom(unit, issueUnitCertificates(some, correlationId))),
    toArray(),
    map((): RenewalStep<D> => {
      const certificates = requests.map(({ type, node }) => ({ type, node }));
      return { step: 'requested', certificates, failed: settled.filter(({ error }) => error !== undefined) };
    }),
  );

const installAll = <D>(
  renewal: Renewal<D>,
  { data, dropped }: CloudMessage<'issuedUnitCertificates'>,
): Observable<RenewalStep<D>> => {
  const { keystore, mainNode, memory } = renewal;
  const { correlationId, certificates = [] } = data;
  const issued = certificates.map(({ type, node: { codename: node }, certificateChain: chain }) => {
    const isOnTrial = type === 'online' && node === mainNode;
    return { type, node, chain, isOnTrial };
  });
  const settled = memory.takeSettled().map((outcome) => ({ ...outcome, outcome }));
  return from(installOrder([...settled, ...issued], mainNode)).pipe(
    concatMap((item) => ('chain' in item ? installCertificate(keystore, memory, item) : of(item.outcome))),
    toArray(),
    mergeMap((outcomes) => merge(ignored(unreadable(dropped)), confirm(renewal, outcomes, correlationId))),
  );
};

const confirm = <D>(
  { unit, mainNode }: Renewal<D>,
  outcomes: readonly CertificateOutcome[],
  correlationId: string | undefined,
): Observable<RenewalStep<D>> => {
  if (outcomes.length === 0) return of({ step: 'failed', error: nothingListed() });
  const certificates = installOrder(outcomes, mainNode);
  return sendWhenRoom(unit, installUnitCertificatesConfirmation(certificates, correlationId)).pipe(
    map((confirmation) => ({ step: 'installed', certificates, confirmation })),
  );
};

const maxRequests = issueSchema.properties.requests.maxItems;

/** The requests of each message: there is a limit to those in one. */
const inMessages = (requests: readonly SigningRequest[]): readonly (readonly SigningRequest[])[] =>
  Array.from({ length: Math.ceil(requests.length / maxRequests) }, (_, n) =>
    requests.slice(n * maxRequests, (n + 1) * maxRequests),
  );

const ignored = (count: number): Observable<{ readonly step: 'failed'; readonly error: unknown }> =>
  count === 0
    ? EMPTY
    : of({
        step: 'failed',
        error: new KeystoreError(`${count} of the certificates listed cannot be read, they were passed over`, {
          code: 'UNREADABLE',
        }),
      });

const nothingListed = (): KeystoreError =>
  new KeystoreError('the message lists no certificate, there is nothing to do', { code: 'UNREADABLE' });
