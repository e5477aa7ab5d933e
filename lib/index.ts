export type { RenewedCertificate, TrialEvent } from './certificate-trial.js';
export { certificateRefusal } from './certificates/certificate-refusal.js';
export { fileCredentials, type CredentialsFiles } from './certificates/file-credentials.js';
export { fileKeystore, type FileKeystore, type FileKeystoreOptions } from './certificates/file-keystore.js';
export { installOrder } from './certificates/install-order.js';
export type {
  CertificateId,
  IssuedChain,
  KeyPair,
  KeyPairInUse,
  KeyRequest,
  Keystore,
} from './certificates/keystore.js';
export type { KeyType } from './certificates/make-request.js';
export { provisionNodes, type ProvisioningHandlers, type ProvisioningStep } from './certificates/provision-nodes.js';
export {
  renewCertificates,
  type RenewalStep,
  type RenewCertificatesOptions,
} from './certificates/renew-certificates.js';
export type { CertificateOutcome } from './certificates/write-messages.js';
export type { ConnectionState } from './connection.js';
export {
  AckTimeoutError,
  AllEndpointsFailedError,
  AppError,
  HandlerTimeoutError,
  ConnectError,
  ConnectTimeoutError,
  ConnectionClosedError,
  ConnectionLostError,
  CredentialsError,
  DeadLinkError,
  DiscoveryError,
  DiscoveryRefusedError,
  ExpiredError,
  InsecureUrlError,
  InvalidMessageError,
  KeystoreError,
  ListenerError,
  MessageLogError,
  MessageTooLargeError,
  NackError,
  OptionError,
  QueueFullError,
  ReplacedError,
  RequestTimeoutError,
  StoppedError,
  StoreError,
  UnauthorizedError,
  UndeliverableError,
  UnitlinkError,
  UnstableConnectionError,
  WithdrawnError,
  type LostMessage,
} from './errors.js';
export type { Exchange } from './exchange.js';
export { answerLogRequests, type LogStep, type NodeLog, type ReadLogs } from './flows/answer-log-requests.js';
export { offerStates, type InstanceState, type OfferStep } from './flows/offer-states.js';
export {
  overrideEnvVars,
  type EnvVar,
  type EnvVarHandlers,
  type EnvVarStep,
  type LeftOut,
  type OverrideEnvVarsOptions,
} from './flows/override-env-vars.js';
export { requestState, type RequestStateOptions } from './flows/request-state.js';
export { takeStates, type TakeState, type TakeStep } from './flows/take-states.js';
export type { Told } from './flows/tell.js';
export type { RenewalEvent } from './unit-identity.js';
export type { ConnectionListener } from './listeners.js';
export { alerts } from './messages/alerts.js';
export { errorInfo } from './messages/error-info.js';
export { monitoringData, type Usage } from './messages/monitoring-data.js';
export { newState, stateChecksum, type InstanceIdent } from './messages/new-state.js';
export { absentLog, failedLog, pushLog, type LogOrigin, type PushLogOptions } from './messages/push-log.js';
export type { Time, Timed } from './messages/time.js';
export { unitStatus, unitStatusDelta, type StatusSections } from './messages/unit-status.js';
export { monotonicScheduler } from './monotonic-scheduler.js';
export type { Diagnostics } from './observability/diagnostics.js';
export { fileMessageLog, type FileMessageLog, type FileMessageLogOptions } from './observability/file-message-log.js';
export { instruments, type Instrument } from './observability/instruments.js';
export { memoryMetrics, type MemoryMetrics, type MetricPoint } from './observability/memory-metrics.js';
export type { FrameDirection } from './observability/message-line.js';
export type { MetricAttributes, MetricName, MetricsSink } from './observability/metrics-sink.js';
export { prometheusContentType, prometheusText } from './observability/prometheus-text.js';
export type { RotatingFile, RotatingFileOptions } from './observability/rotating-file.js';
export type { MessageLog } from './observability/types.js';
export { ackTimeout, type AckTimeoutOptions, type Lost, type Outcome, type Reply } from './operators/ack-timeout.js';
export {
  aos,
  fleet,
  type Backoff,
  type BackoffContext,
  type BackoffOptions,
  type BackoffStep,
  type FleetOptions,
} from './operators/backoff.js';
export { deadLink, type DeadLinkOptions, type Link } from './operators/dead-link.js';
export { expire, type ExpireOptions, type Expiring } from './operators/expire.js';
export type { FailedLast } from './operators/failed-last.js';
export { handleInOrder, type HandleInOrderOptions } from './operators/handle-in-order.js';
export { makeBeforeBreak, type MakeBeforeBreakOptions } from './operators/make-before-break.js';
export { markDuplicates, type Marked, type MarkDuplicatesOptions } from './operators/mark-duplicates.js';
export {
  outgoingQueue,
  type Gate,
  type OutgoingQueueOptions,
  type Queued,
  type Released,
} from './operators/outgoing-queue.js';
export type { Suspectable, Suspicion } from './operators/suspicion.js';
export type { Uplink, UplinkSocket } from './operators/uplink.js';
export { proveStable, type ProveStableOptions } from './operators/prove-stable.js';
export { resend, type Resendable, type ResendOptions, type Verdict } from './operators/resend.js';
export { retryAfter, type Delayed } from './operators/retry-after.js';
export { retryWithBackoff, type RetryWithBackoffOptions, type Wait } from './operators/retry-with-backoff.js';
export { tryInTurn, type TryInTurnOptions } from './operators/try-in-turn.js';
export type { UnitOptions } from './options.js';
export type { Delivery, DeliveryReport, DeliveryStatus } from './outgoing-message.js';
export { decode, encode, type Decoded, type EncodeOptions } from './protocol/codec.js';
export type { DiscoveryResponse } from './protocol/discovery.js';
export type {
  Ack,
  AckData,
  CloudData,
  CloudMessage,
  Dropped,
  Header,
  MessageData,
  Nack,
  UnitData,
} from './protocol/envelope.js';
export {
  cloudMessageTypes,
  protocolVersion,
  unitMessageTypes,
  type CloudMessageType,
  type UnitMessageType,
} from './protocol/message-types.js';
export type { OnStoreFailure } from './persistence.js';
export type { Alert, CertificateType, ErrorInfo, Identity, NodeInfo, Sample } from './protocol/messages.js';
export type { Lane, Overflow, SendOptions, SendPolicy, SendSchema } from './send-options.js';
export type { GroupCommitOptions } from './store/group-commit.js';
export { indexedDbStore, type IndexedDbStoreOptions, type LocksLike } from './store/indexed-db-store.js';
export { fileStore, type FileStoreOptions } from './store/file-store.js';
export { levelStore, type LevelStoreOptions } from './store/level-store.js';
export type { LevelDatabase, LevelPackage } from './store/store-lock.js';
export { memoryStore } from './store/memory-store.js';
export type { AnyStore, Level, LevelBatch, LevelIterator, Store, StoredMessage } from './store/types.js';
export { nodeTransport } from './transport/node-transport.js';
export type { OpenSocketOptions } from './transport/open-socket.js';
export type {
  Credentials,
  DiscoverRequest,
  IdentifyOptions,
  Socket,
  SocketRequest,
  Transport,
  TrustAnchors,
} from './transport/types.js';
export { connectUnit } from './unit.js';
export type {
  Deliver,
  HandleOptions,
  OpenSendOptions,
  Rejected,
  RequestData,
  RequestOptions,
  Send,
  Stopped,
  StopOptions,
  Unit,
  UnitState,
  Work,
} from './unit-types.js';
