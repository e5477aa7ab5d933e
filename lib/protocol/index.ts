/**
 * The wire protocol, version 7: schemas, reading and writing. No RxJS, no I/O.
 *
 * May import: errors.
 *
 * @module
 */
export { decode, encode, type Decoded, type EncodeOptions } from './codec.js';
export type { DiscoveryResponse } from './discovery.js';
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
} from './envelope.js';
export {
  cloudMessageTypes,
  protocolVersion,
  unitMessageTypes,
  type CloudMessageType,
  type UnitMessageType,
} from './message-types.js';
export type { Alert, CertificateType, ErrorInfo, Identity, NodeInfo, Sample } from './messages.js';
