import * as cloudMessages from './schemas/cloud-messages.js';
import * as unitMessages from './schemas/unit-messages.js';

/** The version of the protocol between unit and cloud. */
export const protocolVersion = 7;

/** A message type that the cloud sends and the app handles. */
export type CloudMessageType = keyof typeof cloudMessages;

/** A message type that an app sends. */
export type UnitMessageType = keyof typeof unitMessages;

/** The message types that travel from the cloud to the unit and are handled by the app. */
export const cloudMessageTypes: readonly CloudMessageType[] = Object.keys(cloudMessages) as CloudMessageType[];

/** The message types that an app sends from the unit to the cloud. */
export const unitMessageTypes: readonly UnitMessageType[] = Object.keys(unitMessages) as UnitMessageType[];

const unitTypes: ReadonlySet<unknown> = new Set(unitMessageTypes);

/** True if a unit sends messages of this type. */
export const isUnitMessageType = (type: unknown): type is UnitMessageType => unitTypes.has(type);
