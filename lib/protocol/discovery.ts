import { discovery as validate } from './compiled/discovery.js';
import { protocolVersion } from './message-types.js';
import { isObject, parseJson, withKeys } from './read.js';
import { discoveryMembers, type DiscoveryResponse } from './schemas/discovery-response.js';

export type { DiscoveryResponse } from './schemas/discovery-response.js';

/** The body of a service discovery request. */
export const discoveryRequest = (systemId: string): string =>
  JSON.stringify({ version: protocolVersion, systemId, supportedProtocols: ['wss'] });

/** So many endpoints are tried; a list without end would keep a unit from ever asking anew. */
const maxEndpoints = 64;

/**
 * Reads the body of a service discovery response for the unit `systemId`.
 *
 * @throws Error with a message that says what is wrong and quotes nothing of the body: it holds the token
 */
export const readDiscoveryResponse = (body: string, systemId: string): DiscoveryResponse => {
  const parsed = parseJson(body);
  if (!isObject(parsed)) throw new TypeError('the answer is not a JSON object');
  const response: unknown = { ...withKeys(parsed, discoveryMembers) };
  if (!validate(response)) {
    const [error] = validate.errors ?? [];
    throw new TypeError(`${error?.instancePath.slice(1) ?? ''} ${error?.message ?? 'is wrong'}`);
  }
  if (response.version !== protocolVersion)
    throw new TypeError(`the answer is for version ${response.version}, not ${protocolVersion}`);
  if (response.systemId !== '' && response.systemId !== systemId)
    throw new TypeError('the answer is for another systemId');
  return { ...response, connectionInfo: response.connectionInfo.slice(0, maxEndpoints) };
};
