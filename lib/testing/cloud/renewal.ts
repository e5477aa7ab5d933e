import { randomUUID } from 'node:crypto';
import { defer, EMPTY, filter, firstValueFrom, map, merge, throwError, timeout as within, type Observable } from 'rxjs';
import type { Authority, IssueOptions, SignedCertificate } from './authority.js';
import { CloudError } from './error.js';
import type { ReceivedMessage } from './events.js';
import type { SendOptions } from './sending.js';

/** A certificate that a unit has, or is to have. */
export interface UnitCertificate {
  /** `online`, `offline`, `iam`, … */
  readonly type: string;
  /** The codename of its node. */
  readonly node: string;
}

/** Options of `renewCertificates`. */
export interface RenewOptions {
  /**
   * The certificates, in this order; `serial` is that of the current one.
   *
   * @defaultValue the online one of node `main`
   */
  readonly certificates?: readonly (UnitCertificate & { readonly serial?: string })[];
  /** The secret of each node. Default: random ones. */
  readonly secrets?: Readonly<Record<string, string>>;
  /**
   * The content of the certificates.
   *
   * @defaultValue that of `issueCredentials`
   */
  readonly issue?: Partial<IssueOptions>;
  /**
   * The authority that signs them; the cloud trusts no other than its own.
   *
   * @defaultValue the authority of the cloud
   */
  readonly authority?: Authority;
  /**
   * Returns the text that is sent instead of a chain.
   *
   * @defaultValue the chain
   */
  readonly alter?: (chain: string, certificate: UnitCertificate) => string;
  /** The only unit it goes to. Default: all that are connected; the first to answer is served. */
  readonly to?: string;
  /**
   * The time the unit has for each answer, in milliseconds.
   *
   * @defaultValue 5,000
   */
  readonly timeout?: number;
}

/** The result of a renewal as the cloud recorded it. */
export interface Renewed {
  /** The certificates that the unit requested, in its order. */
  readonly requested: readonly UnitCertificate[];
  /** The issued certificates in the same order; serials in upper-case hex. */
  readonly issued: readonly (UnitCertificate & SignedCertificate)[];
  /**
   * The certificates that the unit confirmed, in its order; serials in lower-case hex, empty where `errorInfo` has the
   * reason.
   */
  readonly confirmed: readonly ConfirmedCertificate[];
}

/** A certificate in a confirmation. */
export interface ConfirmedCertificate extends UnitCertificate {
  /** The serial in lower-case hex. */
  readonly serial: string;
  /** The reason why the unit did not install it. */
  readonly errorInfo?: { readonly aosCode: number; readonly exitCode: number; readonly message: string };
}

/** The part of the cloud that looks after the certificates of its units. */
export interface CloudRenewal {
  /**
   * Has a unit renew certificates: notifies it, issues what it requests and waits for its confirmation. Rejects with a
   * `CloudError` where no unit is connected, or one does not answer in time.
   */
  renewCertificates(options?: RenewOptions): Promise<Renewed>;
}

interface CloudRenewalOptions {
  readonly authority: Pick<Authority, 'sign'>;
  readonly message$: Observable<ReceivedMessage>;
  readonly send: (data: object, options?: SendOptions) => string;
  /** Returns the default content of certificates. */
  readonly defaults: () => IssueOptions;
}

interface Request extends UnitCertificate {
  readonly csr: string;
}

/** Renews the certificates of units as a cloud does. */
export const cloudRenewal = ({ authority, message$, send, defaults }: CloudRenewalOptions): CloudRenewal => ({
  renewCertificates: async (options = {}) => {
    const { certificates = [{ type: 'online', node: 'main' }], to, timeout = 5000 } = options;
    const { issue = {}, authority: signer = authority, alter = (chain: string) => chain } = options;
    const nodes = [...new Set(certificates.map(({ node }) => node))];
    const { secrets = Object.fromEntries(nodes.map((node) => [node, randomUUID()])) } = options;

    /** Sends a message and resolves with the first answer of one of these types. */
    const ask = async (data: object, ...types: readonly string[]) => {
      const answered$ = message$.pipe(
        filter(
          ({ header, data: { messageType } }) =>
            types.includes(messageType) && header.systemId === (to ?? header.systemId),
        ),
        map((message) => message.data),
      );
      const sent$ = defer(() => {
        send(data, to === undefined ? {} : { to });
        return EMPTY;
      });
      const answer = await firstValueFrom(
        merge(answered$, sent$).pipe(
          within({
            first: timeout,
            with: () =>
              throwError(() => new CloudError(`the unit sent no ${types.join(' and no ')} within ${timeout} ms`)),
          }),
        ),
        { defaultValue: undefined },
      );
      if (answer === undefined) throw new CloudError('the cloud was stopped before the renewal was over');
      return answer;
    };

    const answer = await ask(
      {
        messageType: 'renewCertificatesNotification',
        certificates: certificates.map(({ type, node, serial = '' }) => ({ type, node: { codename: node }, serial })),
        unitSecrets: {
          version: '2.0.0',
          nodes: Object.entries(secrets).map(([codename, secret]) => ({ node: { codename }, secret })),
        },
      },
      'issueUnitCertificates',
      'installUnitCertificatesConfirmation',
    );
    if (answer.messageType === 'installUnitCertificatesConfirmation')
      return { requested: [], issued: [], confirmed: confirmedIn(answer) };

    const requests = requestsIn(answer);
    const issued = await Promise.all(
      requests.map(async ({ type, node, csr }) => ({
        ...{ type, node },
        ...(await signer.sign(csr, { ...defaults(), ...issue })),
      })),
    );
    const confirmation = await ask(
      {
        messageType: 'issuedUnitCertificates',
        certificates: issued.map(({ type, node, cert }) => ({
          ...{ type, node: { codename: node } },
          certificateChain: alter(cert, { type, node }),
        })),
      },
      'installUnitCertificatesConfirmation',
    );
    const requested = requests.map(({ type, node }) => ({ type, node }));
    return { requested, issued, confirmed: confirmedIn(confirmation) };
  },
});

interface OnWire {
  readonly type: string;
  readonly node: { readonly codename: string };
}

const requestsIn = (data: ReceivedMessage['data']): readonly Request[] =>
  (data['requests'] as readonly (OnWire & { readonly csr: string })[]).map(({ type, node, csr }) => ({
    ...{ type, node: node.codename, csr },
  }));

const confirmedIn = (data: ReceivedMessage['data']): readonly ConfirmedCertificate[] =>
  (data['certificates'] as readonly (OnWire & Omit<ConfirmedCertificate, 'node'>)[]).map((certificate) => ({
    ...certificate,
    node: certificate.node.codename,
  }));
