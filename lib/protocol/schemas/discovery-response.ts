import type { JSONSchemaType } from 'ajv';
import { protocolVersion } from '../message-types.js';

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
