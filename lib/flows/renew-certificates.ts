import {
  catchError,
  concatMap,
  defer,
  EMPTY,
  from,
  map,
  merge,
  mergeMap,
  of,
  take,
  throwIfEmpty,
  toArray,
  type Observable,
  type ObservableInput,
} from 'rxjs';
import { KeystoreError } from '../errors.js';
import { sendWhenRoom, type Messenger } from './messenger.js';
import type { CloudMessage } from '../protocol/envelope.js';
import { issueUnitCertificates as issueSchema } from '../protocol/schemas/issue-unit-certificates.js';
import { checkCsr, checkSerial } from '../certificates/check-answer.js';
import { checkType } from '../certificates/certificate-types.js';
import { withoutSecret } from '../certificates/error-info.js';
import { installOrder } from './install-order.js';
import type { CertificateId, IssuedChain, Keystore } from '../certificates/keystore.js';
import { unreadable } from '../certificates/unreadable.js';
import {
  installUnitCertificatesConfirmation,
  issueUnitCertificates,
  type CertificateOutcome,
  type SigningRequest,
} from './certificate-messages.js';

/** A step of a renewal; `D` is what `send` gives. */
export type RenewalStep<D = unknown> =
  /** Keys were made and certificates requested. `failed` has those for which that was not possible. */
  | {
      readonly step: 'requested';
      readonly certificates: readonly CertificateId[];
      readonly failed: readonly CertificateOutcome[];
    }
  /** Certificates were installed, in this order, and the confirmation queued. */
  | { readonly step: 'installed'; readonly certificates: readonly CertificateOutcome[]; readonly confirmation: D }
  /** A message of the cloud could not be acted on, in whole or in part. */
  | { readonly step: 'failed'; readonly error: unknown };

/** What {@link renewCertificates} has to know besides. */
export interface RenewCertificatesOptions {
  /** The id of the node that the unit runs on. Its certificates are installed last, its `iam` last of all. */
  readonly mainNode: string;
}

/**
 * Renews certificates whenever the cloud asks for it, for as long as it is subscribed: makes keys and requests, installs
 * what the cloud issues, and confirms it. It never fails; what fails is told, and told to the cloud, for its certificate
 * alone while the rest goes on.
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
 */
export const renewCertificates = <D>(
  unit: Messenger<D>,
  keystore: Pick<Keystore, 'createKey' | 'applyCert' | 'certificate'>,
  { mainNode }: RenewCertificatesOptions,
): Observable<RenewalStep<D>> =>
  defer(() => {
    const asked = new Map<string, string>(); // the serial that the cloud wanted to have replaced
    const renewed = new Map<string, { readonly from: string; readonly to: string }>();
    let settled: readonly CertificateOutcome[] = []; // of the last notification, and nothing to be issued for them

    const request = (certificate: CertificateId & { readonly serial: string }, secret: string | undefined) => {
      const { type, node, serial } = certificate;
      const done = renewed.get(keyOf(certificate));
      return inUse(keystore, certificate).pipe(
        mergeMap((current): Observable<Requested> => {
          if (done !== undefined && sameSerial(done.from, serial) && sameSerial(done.to, current))
            return of({ outcome: { type, node, serial: done.to } });
          checkType(type);
          if (secret === undefined) throw missingSecret(node);
          return single(keystore.createKey({ type, node, secret })).pipe(
            map((csr) => ({ type, node, csr: checkCsr(csr) })),
          );
        }),
        catchError((error: unknown) =>
          of({ outcome: { type, node, serial: '', error: withoutSecret(error, secret ?? '') } }),
        ),
      );
    };

    const requestAll = ({ data, dropped }: CloudMessage<'renewCertificatesNotification'>) => {
      const { correlationId, certificates = [], unitSecrets } = data;
      const secrets = new Map(unitSecrets.nodes?.map(({ node, secret }) => [node.codename, secret]));
      const listed = certificates.map(({ type, node, serial }) => ({ type, node: node.codename, serial }));
      return from(distinct(listed)).pipe(
        concatMap((certificate) => {
          asked.set(keyOf(certificate), certificate.serial);
          return request(certificate, secrets.get(certificate.node));
        }),
        toArray(),
        mergeMap((results) => {
          settled = results.flatMap((result) => ('outcome' in result ? [result.outcome] : []));
          const requests = results.flatMap((result) => ('csr' in result ? [result] : []));
          return merge(
            ignored(unreadable(dropped)),
            requests.length > 0 ? issue(requests, correlationId) : confirm(settled, correlationId),
          );
        }),
      );
    };

    const issue = (requests: readonly SigningRequest[], correlationId: string | undefined) =>
      from(inMessages(requests)).pipe(
        concatMap((some) => sendWhenRoom(unit, issueUnitCertificates(some, correlationId))),
        toArray(),
        map((): RenewalStep<D> => {
          const certificates = requests.map(({ type, node }) => ({ type, node }));
          return { step: 'requested', certificates, failed: settled.filter(({ error }) => error !== undefined) };
        }),
      );

    const install = (certificate: IssuedChain): Observable<CertificateOutcome> => {
      const { type, node } = certificate;
      const from = asked.get(keyOf(certificate)) ?? '';
      return defer(() => {
        checkType(type);
        return single(keystore.applyCert(certificate));
      }).pipe(
        map((given) => {
          const serial = checkSerial(given);
          renewed.set(keyOf(certificate), { from, to: serial });
          return { type, node, serial };
        }),
        catchError((error: unknown) => of({ type, node, serial: '', error })),
      );
    };

    const installAll = ({ data, dropped }: CloudMessage<'issuedUnitCertificates'>) => {
      const { correlationId, certificates = [] } = data;
      const issued = certificates.map(({ type, node: { codename: node }, certificateChain: chain }) => {
        const isOnTrial = type === 'online' && node === mainNode;
        return { type, node, chain, isOnTrial };
      });
      const work = [...settled.map((outcome) => ({ ...outcome, outcome })), ...issued];
      settled = [];
      return from(installOrder(work, mainNode)).pipe(
        concatMap((item) => ('chain' in item ? install(item) : of(item.outcome))),
        toArray(),
        mergeMap((outcomes) => merge(ignored(unreadable(dropped)), confirm(outcomes, correlationId))),
      );
    };

    const confirm = (
      outcomes: readonly CertificateOutcome[],
      correlationId: string | undefined,
    ): Observable<RenewalStep<D>> => {
      settled = [];
      if (outcomes.length === 0) return of({ step: 'failed', error: nothingListed() });
      const certificates = installOrder(outcomes, mainNode);
      return sendWhenRoom(unit, installUnitCertificatesConfirmation(certificates, correlationId)).pipe(
        map((confirmation) => ({ step: 'installed', certificates, confirmation })),
      );
    };

    return merge(
      unit.on('renewCertificatesNotification').pipe(map((message) => () => requestAll(message))),
      unit.on('issuedUnitCertificates').pipe(map((message) => () => installAll(message))),
    ).pipe(
      concatMap((work) =>
        defer(work).pipe(catchError((error: unknown) => of<RenewalStep<D>>({ step: 'failed', error }))),
      ),
    );
  });

const mostRequests = issueSchema.properties.requests.maxItems;

type Requested = SigningRequest | { readonly outcome: CertificateOutcome };

const keyOf = ({ type, node }: CertificateId): string => JSON.stringify([type, node]);

const distinct = <T extends CertificateId>(certificates: readonly T[]): readonly T[] => [
  ...new Map(certificates.map((certificate) => [keyOf(certificate), certificate])).values(),
];

/** The serial of the certificate in use, empty where there is none, or the keystore cannot tell. */
const inUse = (keystore: Pick<Keystore, 'certificate'>, { type, node }: CertificateId): Observable<string> =>
  defer(() => single(keystore.certificate({ type, node }))).pipe(
    map((pair) => pair?.serial ?? ''),
    catchError(() => of('')),
  );

/** The requests of each message: there is a limit to those in one. */
const inMessages = (requests: readonly SigningRequest[]): readonly (readonly SigningRequest[])[] =>
  Array.from({ length: Math.ceil(requests.length / mostRequests) }, (_, n) =>
    requests.slice(n * mostRequests, (n + 1) * mostRequests),
  );

/** Serials are numbers: neither case nor separators, a prefix nor leading zeros count. An empty one is none. */
const sameSerial = (a: string, b: string): boolean => a !== '' && shortest(a) === shortest(b);

const shortest = (serial: string): string =>
  serial
    .toLowerCase()
    .replace(/^0x/, '')
    .replace(/[^0-9a-z]/g, '')
    .replace(/^0+/, '');

const single = <T>(input: ObservableInput<T>): Observable<T> =>
  from(input).pipe(
    take(1),
    throwIfEmpty(() => new KeystoreError('the keystore gave no answer', { code: 'UNREADABLE' })),
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

const missingSecret = (node: string): KeystoreError =>
  new KeystoreError(`the notification brings no secret for node ${node}, so no key can be made there`, {
    code: 'MISSING_SECRET',
  });

const nothingListed = (): KeystoreError =>
  new KeystoreError('the message lists no certificate, there is nothing to do', { code: 'UNREADABLE' });
