import { discovery as validate } from './compiled/discovery.js';
import { protocolVersion } from './message-types.js';
import { isObject, parseJson, withKeys } from './read.js';
import { discoveryMembers, type DiscoveryResponse } from './schemas/discovery-response.js';

export type { DiscoveryResponse } from './schemas/discovery-response.js';

/** The body of a service discovery request. */
export const discoveryRequest = (systemId: string): string =>
  JSON.stringify({ version: protocolVersion, systemId, supportedProtocols: ['wss'] });

/** The number of endpoints that are tried: an endless list would keep a unit from ever asking discovery again. */
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
  if (response.errorCode === 0) checkToken(response.authToken);
  return { ...response, connectionInfo: response.connectionInfo.slice(0, maxEndpoints) };
};

/** The longest token, in characters; the headers of most servers end long before. */
const longestToken = 65_536;
const badCharacter = /[^\t\x20-\x7e\x80-\xff]/;

/** Finds what a header cannot carry, before the WebSocket throws at it. The text quotes nothing of the token. */
const checkToken = (token: string): void => {
  if (token.length > longestToken)
    throw new TypeError(`the token has ${token.length} characters, and no more than ${longestToken} are sent`);
  const at = token.search(badCharacter);
  if (at >= 0)
    throw new TypeError(
      `the token has ${nameOf(token.charCodeAt(at))} at character ${at + 1} of ${token.length}, which no HTTP header can carry`,
    );
};

const nameOf = (code: number): string => {
  if (code === 10) return 'a line feed';
  if (code === 13) return 'a carriage return';
  return code < 128 ? 'a control character' : 'a character beyond Latin-1';
};
