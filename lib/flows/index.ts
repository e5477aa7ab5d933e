/**
 * The flows that a message of the cloud starts, each an exchange of messages.
 *
 * May import: builders, certificates, errors, protocol.
 *
 * @module
 */
export { installOrder } from './install-order.js';
export { provisionNodes, type ProvisioningHandlers, type ProvisioningStep } from './provision-nodes.js';
export { renewCertificates, type RenewalStep, type RenewCertificatesOptions } from './renew-certificates.js';
export type { CertificateOutcome } from './certificate-messages.js';
export type { Messenger } from './messenger.js';
export { answerLogRequests, type LogStep, type NodeLog, type ReadLogs } from './answer-log-requests.js';
export { publishStates, type InstanceChecksum, type InstanceState, type PublishStep } from './publish-states.js';
export {
  overrideEnvVars,
  type EnvVar,
  type EnvVarHandlers,
  type EnvVarStep,
  type LeftOut,
  type OverrideEnvVarsOptions,
} from './override-env-vars.js';
export { requestState, type RequestStateOptions } from './request-state.js';
export { receiveStates, type ApplyState, type ReceiveStep } from './receive-states.js';
export type { SendResult } from './send-reporting.js';
