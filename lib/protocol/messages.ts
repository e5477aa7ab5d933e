import type { FromSchema } from './from-schema.js';
import type { ack } from './schemas/ack.js';
import type * as cloudMessages from './schemas/cloud-messages.js';
import type { nack } from './schemas/nack.js';
import type * as unitMessages from './schemas/unit-messages.js';
import type { CloudMessageType, UnitMessageType } from './message-types.js';

/** The cloud or the unit has accepted the message with the `txn` of the header. */
export interface AckData extends FromSchema<typeof ack> {}

/** The cloud has refused the message with the `txn` of the header for now. */
export interface NackData extends FromSchema<typeof nack> {}

/** Events that a person should look at. */
export interface AlertsData extends FromSchema<typeof unitMessages.alerts> {}

/** The result of a `deprovisioningRequest`. */
export interface DeprovisioningResponseData extends FromSchema<typeof unitMessages.deprovisioningResponse> {}

/** The result of a `finishProvisioningRequest`. */
export interface FinishProvisioningResponseData extends FromSchema<typeof unitMessages.finishProvisioningResponse> {}

/** The certificates that were installed, in the order of installation. */
export interface InstallUnitCertificatesConfirmationData extends FromSchema<
  typeof unitMessages.installUnitCertificatesConfirmation
> {}

/** Certificate signing requests, in the order of the notification; answered by `issuedUnitCertificates`. */
export interface IssueUnitCertificatesData extends FromSchema<typeof unitMessages.issueUnitCertificates> {}

/** The resources that nodes and instances use. */
export interface MonitoringDataData extends FromSchema<typeof unitMessages.monitoringData> {}

/** A changed state of an instance; answered by `stateAcceptance`. */
export interface NewStateData extends FromSchema<typeof unitMessages.newState> {}

/** The result of an `overrideEnvVars`: one entry for each instance and variable. */
export interface OverrideEnvVarsStatusData extends FromSchema<typeof unitMessages.overrideEnvVarsStatus> {}

/** One part of a log that the cloud requested. */
export interface PushLogData extends FromSchema<typeof unitMessages.pushLog> {}

/** A request for the URLs of blobs; answered by `blobUrls` with the same `correlationId`. */
export interface RequestBlobUrlsData extends FromSchema<typeof unitMessages.requestBlobUrls> {}

/** The CSRs of a node: all of them, or those made before the error. */
export interface StartProvisioningResponseData extends FromSchema<typeof unitMessages.startProvisioningResponse> {}

/** A request for the state of an instance; answered by `updateState`. */
export interface StateRequestData extends FromSchema<typeof unitMessages.stateRequest> {}

/** The status of the unit. A section that is absent is not part of the report; an empty one has no entries. */
export interface UnitStatusData extends FromSchema<typeof unitMessages.unitStatus> {}

/** The URLs of blobs, with the parameters to decrypt and to verify them. */
export interface BlobUrlsData extends FromSchema<typeof cloudMessages.blobUrls> {}

/** A request to delete the keys of a node; answered by `deprovisioningResponse`. */
export interface DeprovisioningRequestData extends FromSchema<typeof cloudMessages.deprovisioningRequest> {}

/** The desired status of the unit. A list that is absent stays as it is; an empty one means none. */
export interface DesiredStatusData extends FromSchema<typeof cloudMessages.desiredStatus> {}

/** The certificates of a node; answered by `finishProvisioningResponse`. */
export interface FinishProvisioningRequestData extends FromSchema<typeof cloudMessages.finishProvisioningRequest> {}

/** The certificates that the unit requested. */
export interface IssuedUnitCertificatesData extends FromSchema<typeof cloudMessages.issuedUnitCertificates> {}

/** Environment variables of instances, which replace all those sent before. */
export interface OverrideEnvVarsData extends FromSchema<typeof cloudMessages.overrideEnvVars> {}

/** Certificates expire soon; answered by `issueUnitCertificates`. */
export interface RenewCertificatesNotificationData extends FromSchema<
  typeof cloudMessages.renewCertificatesNotification
> {}

/** A request for logs; answered by one `pushLog` for each part, all with the same `correlationId`. */
export interface RequestLogData extends FromSchema<typeof cloudMessages.requestLog> {}

/** A request for the CSRs of a node; answered by `startProvisioningResponse`. */
export interface StartProvisioningRequestData extends FromSchema<typeof cloudMessages.startProvisioningRequest> {}

/** The decision of the cloud about the `newState` of the same instance and checksum. */
export interface StateAcceptanceData extends FromSchema<typeof cloudMessages.stateAcceptance> {}

/** The state that an instance must take. */
export interface UpdateStateData extends FromSchema<typeof cloudMessages.updateState> {}

/** The body of each message that an app sends, by type. */
export interface UnitDataByType {
  /** Events that a person should look at. */
  readonly alerts: AlertsData;
  /** The result of a `deprovisioningRequest`. */
  readonly deprovisioningResponse: DeprovisioningResponseData;
  /** The result of a `finishProvisioningRequest`. */
  readonly finishProvisioningResponse: FinishProvisioningResponseData;
  /** The certificates that were installed, in the order of installation. */
  readonly installUnitCertificatesConfirmation: InstallUnitCertificatesConfirmationData;
  /** Certificate signing requests, in the order of the notification; answered by `issuedUnitCertificates`. */
  readonly issueUnitCertificates: IssueUnitCertificatesData;
  /** The resources that nodes and instances use. */
  readonly monitoringData: MonitoringDataData;
  /** A changed state of an instance; answered by `stateAcceptance`. */
  readonly newState: NewStateData;
  /** The result of an `overrideEnvVars`: one entry for each instance and variable. */
  readonly overrideEnvVarsStatus: OverrideEnvVarsStatusData;
  /** One part of a log that the cloud requested. */
  readonly pushLog: PushLogData;
  /** A request for the URLs of blobs; answered by `blobUrls` with the same `correlationId`. */
  readonly requestBlobUrls: RequestBlobUrlsData;
  /** The CSRs of a node: all of them, or those made before the error. */
  readonly startProvisioningResponse: StartProvisioningResponseData;
  /** A request for the state of an instance; answered by `updateState`. */
  readonly stateRequest: StateRequestData;
  /** The status of the unit. A section that is absent is not part of the report; an empty one has no entries. */
  readonly unitStatus: UnitStatusData;
}

/** The body of each message that an app receives, by type. */
export interface CloudDataByType {
  /** The URLs of blobs, with the parameters to decrypt and to verify them. */
  readonly blobUrls: BlobUrlsData;
  /** A request to delete the keys of a node; answered by `deprovisioningResponse`. */
  readonly deprovisioningRequest: DeprovisioningRequestData;
  /** The desired status of the unit. A list that is absent stays as it is; an empty one means none. */
  readonly desiredStatus: DesiredStatusData;
  /** The certificates of a node; answered by `finishProvisioningResponse`. */
  readonly finishProvisioningRequest: FinishProvisioningRequestData;
  /** The certificates that the unit requested. */
  readonly issuedUnitCertificates: IssuedUnitCertificatesData;
  /** Environment variables of instances, which replace all those sent before. */
  readonly overrideEnvVars: OverrideEnvVarsData;
  /** Certificates expire soon; answered by `issueUnitCertificates`. */
  readonly renewCertificatesNotification: RenewCertificatesNotificationData;
  /** A request for logs; answered by one `pushLog` for each part, all with the same `correlationId`. */
  readonly requestLog: RequestLogData;
  /** A request for the CSRs of a node; answered by `startProvisioningResponse`. */
  readonly startProvisioningRequest: StartProvisioningRequestData;
  /** The decision of the cloud about the `newState` of the same instance and checksum. */
  readonly stateAcceptance: StateAcceptanceData;
  /** The state that an instance must take. */
  readonly updateState: UpdateStateData;
}

/** The body of a message that an app sends, of one type or of any. */
export type UnitData<Type extends UnitMessageType = UnitMessageType> = UnitDataByType[Type];

/** The body of a message that an app receives, of one type or of any. Absent members that have a default are filled in. */
export type CloudData<Type extends CloudMessageType = CloudMessageType> = CloudDataByType[Type];

/** One of the alerts in an `alerts` message, discriminated by `tag`. */
export type Alert = AlertsData['items'][number];

/** The purpose of a certificate; `online` is the one that connects to the cloud. */
export type CertificateType = FromSchema<{ $ref: 'certificateType' }>;
