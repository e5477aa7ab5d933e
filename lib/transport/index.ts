/**
 * The network. No other folder opens a socket or makes a request.
 *
 * May import: collections, errors, protocol, time.
 *
 * @module
 */
export { nodeTransport, type NodeTransportOptions } from './node-transport.js';
export type { ProxyOption, ProxyOptions } from './proxy.js';
export type { OpenSocketOptions } from './open-socket.js';
export type { SecureContexts, TlsSettings } from './secure-contexts.js';
export type {
  Credentials,
  DiscoverRequest,
  IdentifyOptions,
  Socket,
  SocketRequest,
  Transport,
  TrustAnchors,
} from './types.js';
