/**
 * The connection: credentials, discovery, socket, and the backoff after each end.
 *
 * May import: collections, errors, link, operators, protocol, transport.
 *
 * @module
 */
export type { ConnectionState } from './connection-state.js';
export type { ConnectionListener } from './listeners.js';
