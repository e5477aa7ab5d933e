import type { ValidateFunction } from 'ajv';
import type { DiscoveryResponse } from '../schemas/discovery-response.js';

/** The check of the answer to service discovery, which fills in defaults. Made by the build from its schema. */
export const discovery: ValidateFunction<DiscoveryResponse>;
