/**
 * `connectUnit`: its options, its lifecycle, and what it is composed of.
 *
 * May import: certificates, collections, connection, delivery, errors, flows, observability, operators, protocol, receiving, store, time, transport.
 *
 * @module
 */
export type { RenewedCertificate, TrialEvent } from './certificate-trial.js';
export type { RenewalEvent } from './renewal-event.js';
export type { UnitOptions } from './options.js';
export { connectUnit } from './connect-unit.js';
export type {
  Deliver,
  OpenSendOptions,
  Rejected,
  RequestData,
  RequestOptions,
  Send,
  Stopped,
  StopOptions,
  Unit,
  UnitState,
} from './unit.js';
