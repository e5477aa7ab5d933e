import { openUnitServer } from './open-unit-server.js';
import { startUnitServer } from './start-unit-server.js';
import type { UnitServer, UnitServerOptions } from './unit-server.js';

/**
 * Starts a server of units: service discovery over HTTPS and the endpoint of their WebSockets, both of which require a client
 * certificate. A message of a unit is acknowledged once it is in the log; before, and while the log fails, the unit is asked
 * to send it again.
 *
 * @example
 * ```ts
 * await using server = await serveUnits({ tls: { cert, key, ca }, discoveryPort: 8443, port: 8444 });
 * server.message$.subscribe((message) => {
 *   console.log(message.systemId, message.data.messageType);
 *   message.done();
 * });
 * ```
 * @param options - See {@link UnitServerOptions}; only `tls` is required
 * @returns The server, once both ports accept connections
 * @throws Error of `node:net` if it cannot listen on a port
 */
export const serveUnits = (options: UnitServerOptions): Promise<UnitServer> => startUnitServer(options, openUnitServer);
