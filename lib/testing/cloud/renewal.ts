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

/** What the cloud asks for, and what it issues. */
export interface RenewOptions {
  /** Which certificates, in this order; `serial` is that of the one there is. Default: the online one of node `main`. */
  readonly certificates?: readonly (UnitCertificate & { readonly serial?: string })[];
  /** The secret of each node. Default: random ones. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** What the certificates say. Default: what those of `issueCredentials` say. */
  readonly issue?: Partial<IssueOptions>;
  /** Who signs them. Default: the authority of the cloud; the cloud trusts no other. */
  readonly authority?: Authority;
  /** What is sent in the place of a chain. Default: the chain. */
  readonly alter?: (chain: string, certificate: UnitCertificate) => string;
  /** The only unit it goes to. Default: all that are connected; the first to answer is served. */
  readonly to?: string;
  /** How long each answer of the unit may take, in milliseconds. Default 5,000. */
  readonly timeout?: number;
}

/** How a renewal went, by the books of the cloud. */
export interface Renewed {
  /** What the unit requested, in its order. */
  readonly requested: readonly UnitCertificate[];
  /** What was issued, in the same order; the serials in upper-case hex. */
  readonly issued: readonly (UnitCertificate & SignedCertificate)[];
  /** What the unit confirmed, in its order: the serials in lower-case hex, empty where `errorInfo` says why. */
  readonly confirmed: readonly ConfirmedCertificate[];
}

/** A certificate in a confirmation. */
export interface ConfirmedCertificate extends UnitCertificate {
  readonly serial: string;
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
  /** What certificates say where nothing else is asked for. */
  readonly defaults: () => IssueOptions;
}

interface Request extends UnitCertificate {
  readonly csr: string;
}

export const cloudRenewal = ({ authority, message$, send, defaults }: CloudRenewalOptions): CloudRenewal => ({
  renewCertificates: async (options = {}) => {
    const { certificates = [{ type: 'online', node: 'main' }], to, timeout = 5000 } = options;
    const { issue = {}, authority: signer = authority, alter = (chain: string) => chain } = options;
    const nodes = [...new Set(certificates.map(({ node }) => node))];
    const { secrets = Object.fromEntries(nodes.map((node) => [node, randomUUID()])) } = options;

    /** Sends a message and gives the first that comes back of one of these types. */
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
