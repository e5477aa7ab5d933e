import { Ajv, type JSONSchemaType } from 'ajv';
import { protocolVersion } from './message-types.js';
import { isObject, parseJson, withKeys } from './read.js';

/** What the cloud answers to a service discovery request, absent members filled with their defaults. */
export interface DiscoveryResponse {
  readonly version: number;
  readonly systemId: string;
  /** In milliseconds; 0 where the cloud asks for no delay. */
  readonly nextRequestDelay: number;
  /** WebSocket URLs in the cloud's order; with `errorCode` 1, the discovery URLs to ask instead. */
  readonly connectionInfo: string[];
  readonly authToken: string;
  /** 0: no error, 1: redirect, 2: repeat later, −1: error. */
  readonly errorCode: number;
}

/** The body of a service discovery request. */
export const discoveryRequest = (systemId: string): string =>
  JSON.stringify({ version: protocolVersion, systemId, supportedProtocols: ['wss'] });

/** So many endpoints are tried; a list without end would keep a unit from ever asking anew. */
const maxEndpoints = 64;

const schema: JSONSchemaType<DiscoveryResponse> = {
  type: 'object',
  properties: {
    version: { type: 'integer', default: protocolVersion },
    systemId: { type: 'string', default: '' },
    nextRequestDelay: { type: 'number', default: 0 },
    connectionInfo: { type: 'array', items: { type: 'string' }, default: [] },
    authToken: { type: 'string', default: '' },
    errorCode: { type: 'integer', default: 0 },
  },
  required: ['version', 'systemId', 'nextRequestDelay', 'connectionInfo', 'authToken', 'errorCode'],
};

const validate = new Ajv({ coerceTypes: true, useDefaults: true }).compile(schema);

/**
 * Reads the body of a service discovery response for the unit `systemId`.
 *
 * @throws Error with a message that says what is wrong and quotes nothing of the body: it holds the token
 */
export const readDiscoveryResponse = (body: string, systemId: string): DiscoveryResponse => {
  const parsed = parseJson(body);
  if (!isObject(parsed)) throw new TypeError('the answer is not a JSON object');
  const response: unknown = { ...withKeys(parsed, Object.keys(schema.properties ?? {})) };
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
