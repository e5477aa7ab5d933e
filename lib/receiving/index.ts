/**
 * Incoming messages: from the frame over its ack to the handlers.
 *
 * May import: collections, errors, operators, protocol, transport.
 *
 * @module
 */
export type { HandleOptions, Work } from './handlers.js';
