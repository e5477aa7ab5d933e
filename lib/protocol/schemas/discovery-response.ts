import type { JSONSchemaType } from 'ajv';
import { protocolVersion } from '../message-types.js';

/** The answer of the cloud to a service discovery request. Absent members are filled with their defaults. */
export interface DiscoveryResponse {
  /** The version of the protocol. */
  readonly version: number;
  /** The unit that the answer is for. */
  readonly systemId: string;
  /** The delay before the next request, in milliseconds; 0 for none. */
  readonly nextRequestDelay: number;
  /** WebSocket URLs in the cloud's order; with `errorCode` 1, the discovery URLs to ask instead. */
  readonly connectionInfo: string[];
  /** The bearer token. */
  readonly authToken: string;
  /** 0: no error, 1: redirect, 2: repeat later, −1: error. */
  readonly errorCode: number;
}

/** The members of an answer to service discovery. */
export const discoveryMembers: readonly (keyof DiscoveryResponse)[] = [
  'version',
  'systemId',
  'nextRequestDelay',
  'connectionInfo',
  'authToken',
  'errorCode',
];

/** The answer to service discovery. Numbers and texts are converted to each other, absent members get their default. */
export const discoveryResponse: JSONSchemaType<DiscoveryResponse> = {
  type: 'object',
  properties: {
    /** The version of the protocol. Filled with 7 if absent. */
    version: { type: 'integer', default: protocolVersion },
    /** The unit that the answer is for. Filled with `''` if absent. */
    systemId: { type: 'string', default: '' },
    /** The delay before the next request, in milliseconds. Filled with 0 if absent. */
    nextRequestDelay: { type: 'number', default: 0 },
    /** The endpoints, in the order of the cloud. Filled with an empty list if absent. */
    connectionInfo: { type: 'array', items: { type: 'string' }, default: [] },
    /** The bearer token. Filled with `''` if absent. */
    authToken: { type: 'string', default: '' },
    /** 0 no error, 1 redirect, 2 repeat later, −1 error. Filled with 0 if absent. */
    errorCode: { type: 'integer', default: 0 },
  },
  required: discoveryMembers,
};
