import type { FromSchema } from './schema.js';
import type { ack } from './schemas/ack.js';
import type * as cloudMessages from './schemas/cloud-messages.js';
import type * as unitMessages from './schemas/unit-messages.js';
import type { CloudMessageType, UnitMessageType } from './message-types.js';

type FromSchemas<Schemas> = { readonly [Type in keyof Schemas]: FromSchema<Schemas[Type]> };
type UnitDataByType = FromSchemas<typeof unitMessages>;
type CloudDataByType = FromSchemas<typeof cloudMessages>;

/** What an app sends: the body of a message of one type, or of any. */
export type UnitData<Type extends UnitMessageType = UnitMessageType> = UnitDataByType[Type];

/** What an app gets: the body of a message of one type, or of any, with absent members that have a default filled in. */
export type CloudData<Type extends CloudMessageType = CloudMessageType> = CloudDataByType[Type];

/** The body of an ack. */
export type AckData = FromSchema<typeof ack>;

/** Names an object: by `id` where the cloud issued it, by `codename` where it is a node, a runtime or pre-installed. */
export type Identity = FromSchema<{ $ref: 'identity' }>;

/** Why something failed. */
export type ErrorInfo = FromSchema<{ $ref: 'errorInfo' }>;

/** One of the alerts in an `alerts` message, told apart by `tag`. */
export type Alert = UnitData<'alerts'>['items'][number];

/** What a node or an instance uses at one moment. */
export type Sample = FromSchema<{ $ref: 'sample' }>;

/** A node and what it has, as `unitStatus` tells it. */
export type NodeInfo = FromSchema<{ $ref: 'nodeInfo' }>;

/** What a certificate is for. */
export type CertificateType = FromSchema<{ $ref: 'certificateType' }>;
