/**
 * `unitlink`: a unit, its messages, the places where they wait, and its metrics.
 *
 * @module unitlink
 */
export * from './builders/index.js';
export * from './certificates/index.js';
export * from './collections/index.js';
export * from './connection/index.js';
export * from './delivery/index.js';
export * from './flows/index.js';
export * from './observability/index.js';
export * from './operators/index.js';
export * from './protocol/index.js';
export * from './receiving/index.js';
export * from './store/index.js';
export * from './time/index.js';
export * from './transport/index.js';
export * from './unit/index.js';
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
  ProxyError,
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
