import type { UnitData } from '../protocol/envelope.js';
import { checkType } from '../certificates/certificate-types.js';
import { errorInfo } from '../certificates/error-info.js';
import type { CertificateId } from '../certificates/keystore.js';

/** A request for a certificate. */
export interface SigningRequest extends CertificateId {
  /** The request in PKCS#10, PEM. */
  readonly csr: string;
}

/** The outcome of the renewal of one certificate. */
export interface CertificateOutcome extends CertificateId {
  /** The serial of the certificate that is in use now, in hex as the keystore spells it; empty if the renewal failed. */
  readonly serial: string;
  /** The error, if the renewal failed. It holds no secret. */
  readonly error?: unknown;
}

/**
 * The body of `issueUnitCertificates`.
 *
 * @throws {@link KeystoreError} for an unknown type
 */
export const issueUnitCertificates = (
  requests: readonly SigningRequest[],
  correlationId: string | undefined,
): UnitData => ({
  messageType: 'issueUnitCertificates',
  ...correlated(correlationId),
  requests: requests.map(({ type, node, csr }) => ({ type: checkType(type), node: { codename: node }, csr })),
});

/** The body of `installUnitCertificatesConfirmation`. */
export const installUnitCertificatesConfirmation = (
  outcomes: readonly CertificateOutcome[],
  correlationId: string | undefined,
): UnitData => ({
  messageType: 'installUnitCertificatesConfirmation',
  ...correlated(correlationId),
  certificates: outcomes.map(({ type, node, serial, error }) => ({
    ...{ type, node: { codename: node }, serial },
    ...failed(error),
  })),
});

/** The members that the answers to provisioning requests have in common. */
export interface ProvisioningAnswer {
  readonly correlationId: string | undefined;
  readonly node: string;
  readonly error: unknown;
}

/** The body of `startProvisioningResponse`. */
export const startProvisioningResponse = (
  { correlationId, node, error }: ProvisioningAnswer,
  csrs: readonly { readonly type: string; readonly csr: string }[],
): UnitData => ({
  messageType: 'startProvisioningResponse',
  ...correlated(correlationId),
  node: { codename: node },
  ...failed(error),
  csrs: csrs.map(({ type, csr }) => ({ type: checkType(type), csr })),
});

/** The body of `finishProvisioningResponse` or `deprovisioningResponse`. */
export const provisioningResponse = (
  messageType: 'finishProvisioningResponse' | 'deprovisioningResponse',
  { correlationId, node, error }: ProvisioningAnswer,
): UnitData => ({ messageType, ...correlated(correlationId), node: { codename: node }, ...failed(error) });

const correlated = (correlationId: string | undefined) => (correlationId === undefined ? {} : { correlationId });

const failed = (error: unknown) => (error === undefined ? {} : { errorInfo: errorInfo(error) });
