/**
 * The wire protocol, version 7: schemas, reading and writing. No RxJS, no I/O.
 *
 * May import: errors.
 *
 * @module
 */
export { decode, encode, type Decoded, type EncodeOptions } from './codec.js';
export type { DiscoveryResponse } from './discovery.js';
export type {
  Ack,
  AckData,
  CloudData,
  CloudMessage,
  Dropped,
  Header,
  MessageData,
  Nack,
  UnitData,
} from './envelope.js';
export {
  cloudMessageTypes,
  protocolVersion,
  unitMessageTypes,
  type CloudMessageType,
  type UnitMessageType,
} from './message-types.js';
export type {
  AlertRules,
  ArchInfo,
  Codenamed,
  CoreAlert,
  CpuInfo,
  DownloadProgressAlert,
  ErrorInfo,
  Identified,
  Identity,
  InstanceQuotaAlert,
  InstancesStatus,
  ItemStatus,
  NodeConfig,
  NodeInfo,
  OsInfo,
  PartitionInfo,
  PartitionRule,
  PercentRule,
  PointRule,
  ResourceAllocateAlert,
  ResourceInfo,
  RuntimeInfo,
  Sample,
  SystemAlert,
  SystemQuotaAlert,
  UnitConfig,
  UnitConfigStatus,
  UpdateItemInstanceAlert,
} from './from-schema.js';
export type {
  Alert,
  AlertsData,
  BlobUrlsData,
  CertificateType,
  CloudDataByType,
  DeprovisioningRequestData,
  DeprovisioningResponseData,
  DesiredStatusData,
  FinishProvisioningRequestData,
  FinishProvisioningResponseData,
  InstallUnitCertificatesConfirmationData,
  IssueUnitCertificatesData,
  IssuedUnitCertificatesData,
  MonitoringDataData,
  NackData,
  NewStateData,
  OverrideEnvVarsData,
  OverrideEnvVarsStatusData,
  PushLogData,
  RenewCertificatesNotificationData,
  RequestBlobUrlsData,
  RequestLogData,
  StartProvisioningRequestData,
  StartProvisioningResponseData,
  StateAcceptanceData,
  StateRequestData,
  UnitDataByType,
  UnitStatusData,
  UpdateStateData,
} from './messages.js';
