import type { Schema } from './schema.js';
import { ack } from './schemas/ack.js';
import * as cloudMessages from './schemas/cloud-messages.js';
import { nack } from './schemas/nack.js';
import * as unitMessages from './schemas/unit-messages.js';

/** The schema of each of the 26 message types. */
export const messageSchemas: ReadonlyMap<string, Schema> = new Map<string, Schema>(
  Object.entries({ ack, nack, ...cloudMessages, ...unitMessages }),
);
