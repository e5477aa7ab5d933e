/** The version of the protocol between unit and cloud. */
export const protocolVersion = 7;

/** The message types that travel from the cloud to the unit and are handled by the app. */
export const cloudMessageTypes = [
  'blobUrls',
  'deprovisioningRequest',
  'desiredStatus',
  'finishProvisioningRequest',
  'issuedUnitCertificates',
  'overrideEnvVars',
  'renewCertificatesNotification',
  'requestLog',
  'startProvisioningRequest',
  'stateAcceptance',
  'updateState',
] as const;

/** The message types that an app sends from the unit to the cloud. */
export const unitMessageTypes = [
  'alerts',
  'deprovisioningResponse',
  'finishProvisioningResponse',
  'installUnitCertificatesConfirmation',
  'issueUnitCertificates',
  'monitoringData',
  'newState',
  'overrideEnvVarsStatus',
  'pushLog',
  'requestBlobUrls',
  'startProvisioningResponse',
  'stateRequest',
  'unitStatus',
] as const;

/** A message type that the cloud sends. */
export type CloudMessageType = (typeof cloudMessageTypes)[number];

/** A message type that the unit sends. */
export type UnitMessageType = (typeof unitMessageTypes)[number];

const unitTypes: ReadonlySet<unknown> = new Set(unitMessageTypes);

/** Whether a unit sends messages of this type. */
export const isUnitMessageType = (type: unknown): type is UnitMessageType => unitTypes.has(type);
