/**
 * Outgoing messages: from `send` over the queue and the store to the ack.
 *
 * May import: collections, errors, operators, protocol, store, time, transport.
 *
 * @module
 */
export type { Delivery, DeliveryReport, DeliveryStatus } from './outgoing-message.js';
export type { OnStoreFailure } from './write-ahead.js';
export type { Lane, Overflow, SendOptions, SendPolicy, SendSchema } from './send-options.js';
