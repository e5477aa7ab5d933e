export * from './alert-definitions.js';
export * from './certificate-definitions.js';
export * from './node-definitions.js';
export * from './sample-definition.js';
export * from './status-definitions.js';
export * from './unit-config-definitions.js';

/** The name of an object of the cloud, a node, a runtime. Its length is bounded when it is written and read. */
export const name = { type: 'string', maxLength: 64 } as const;

/** An additional name: read as absent if it cannot be read. */
export const spareName = { type: 'string', maxLength: 64, wire: 'lenient' } as const;

/** An additional text for people: read as absent if it cannot be read. */
export const title = { type: 'string', wire: 'lenient' } as const;

/** A URL; presigned ones are often longer than 1,000 characters. */
export const url = { type: 'string', maxLength: 4096 } as const;

/** A version of an item, a configuration. */
export const version = { type: 'string', maxLength: 32 } as const;

/** A number of bytes, of pieces, of anything. */
export const count = { type: 'integer', minimum: 0 } as const;

/** A quantity that is measured in fractions and written without. */
export const measured = { type: 'number', minimum: 0, wire: 'rounded' } as const;

/** A point in time, written in UTC with six fraction digits; read with `Z` where no offset was given. */
export const time = { type: 'string', format: 'date-time' } as const;

/** The id that pairs an answer with its request. */
export const correlationId = { type: 'string', maxLength: 256, wire: 'omitEmpty' } as const;

/** Bytes as lower-case hex. */
export const hex = { type: 'string', pattern: '^[0-9a-f]*$' } as const;

/** A digest, a checksum, a fingerprint: usually hex, and read without white space. */
export const digest = { type: 'string', maxLength: 256, wire: 'compact' } as const;

/** Names an object: by `id` where the cloud issued it, by `codename` where it is a node, a runtime or pre-installed. */
export const identity = {
  type: 'object',
  properties: {
    /** The id that the cloud issued. */
    id: { $ref: 'spareName' },
    /** The local name. */
    codename: { $ref: 'spareName' },
    /** The kind of object. */
    type: { $ref: 'identityType' },
    /** A name for people. */
    title: { $ref: 'title' },
  },
  additionalProperties: false,
  wire: 'named',
} as const;

/** The kind of object that an {@link identity} names; an unknown kind is read as absent. */
export const identityType = {
  type: 'string',
  enum: ['service', 'component', 'layer', 'subject', 'oem', 'sp', 'fleet', 'node', 'node-subject', 'runtime'],
  wire: 'lenient',
} as const;

/** An {@link identity} that has an `id`. */
export const identified = {
  type: 'object',
  properties: {
    /** The id that the cloud issued. */
    id: { $ref: 'name' },
    /** The local name. */
    codename: { $ref: 'spareName' },
    /** The kind of object. */
    type: { $ref: 'identityType' },
    /** A name for people. */
    title: { $ref: 'title' },
  },
  required: ['id'],
  additionalProperties: false,
} as const;

/** An {@link identity} that has a `codename`: a node, a runtime, a subject of the unit. */
export const codenamed = {
  type: 'object',
  properties: {
    /** The id that the cloud issued. */
    id: { $ref: 'spareName' },
    /** The local name. */
    codename: { $ref: 'name' },
    /** The kind of object. */
    type: { $ref: 'identityType' },
    /** A name for people. */
    title: { $ref: 'title' },
  },
  required: ['codename'],
  additionalProperties: false,
} as const;

/** The reason of a failure. The whole object is absent where nothing failed. */
export const errorInfo = {
  type: 'object',
  properties: {
    /** 1 failed, 2 runtime error, 3 no memory, 4 out of range, 5 not found, 6 invalid argument, 7 timeout, … */
    aosCode: { type: 'integer' },
    /** The errno of the operating system, 0 where there is none. */
    exitCode: { type: 'integer' },
    /** The error in words. */
    message: { type: 'string' },
  },
  required: ['aosCode', 'exitCode', 'message'],
  additionalProperties: false,
} as const;

/** The state of an instance. */
export const instanceState = { type: 'string', enum: ['activating', 'active', 'inactive', 'failed'] } as const;

/** A set of labels that a node offers or an instance asks for. */
export const labels = { type: 'array', items: { $ref: 'name' } } as const;
