import type { CloudData, UnitData } from '../../lib/protocol/envelope.js';
import type { CloudMessageType, UnitMessageType } from '../../lib/protocol/message-types.js';

/** One body of each type that a unit sends, byte for byte as it goes on the wire. */
export const unitExamples: Readonly<Record<UnitMessageType, string>> = {
  alerts: [
    '{"messageType":"alerts","items":[{"timestamp":"2026-03-02T08:15:30.000000Z","tag":"systemAlert",',
    '"node":{"codename":"gw-main"},"message":"eth0 link down"},{"timestamp":"2026-03-02T08:15:30.000000Z",',
    '"tag":"coreAlert","node":{"codename":"gw-main"},"coreComponent":"SM","message":"restart"},',
    '{"timestamp":"2026-03-02T08:15:30.000000Z","tag":"resourceAllocateAlert",',
    '"item":{"id":"0b7d1c1e-5a4f-4c53-9d8f-2e0f6c1a9b10"},',
    '"subject":{"id":"8a2f4b6e-1c3d-4e5f-8a9b-0c1d2e3f4a5b"},"instance":1,"node":{"codename":"gw-main"},',
    '"deviceId":"cam0","message":"busy"},{"timestamp":"2026-03-02T08:15:30.000000Z","tag":"systemQuotaAlert",',
    '"node":{"codename":"gw-main"},"parameter":"ram","value":3900000000},',
    '{"timestamp":"2026-03-02T08:15:30.000000Z","tag":"instanceQuotaAlert",',
    '"item":{"id":"0b7d1c1e-5a4f-4c53-9d8f-2e0f6c1a9b10"},',
    '"subject":{"id":"8a2f4b6e-1c3d-4e5f-8a9b-0c1d2e3f4a5b"},"instance":1,"parameter":"cpu","value":900},',
    '{"timestamp":"2026-03-02T08:15:30.000000Z","tag":"downloadProgressAlert","digest":"sha256:11aa22bb",',
    '"url":"https://dl.example.net/b/11aa22bb","downloadedBytes":4096,"totalBytes":20480,',
    '"state":"interrupted","reason":"reset","errorInfo":{"aosCode":2,"exitCode":104,"message":"peer reset"}},',
    '{"timestamp":"2026-03-02T08:15:30.000000Z","tag":"updateItemInstanceAlert",',
    '"item":{"id":"0b7d1c1e-5a4f-4c53-9d8f-2e0f6c1a9b10"},',
    '"subject":{"id":"8a2f4b6e-1c3d-4e5f-8a9b-0c1d2e3f4a5b"},"instance":1,"version":"1.4.1",',
    '"message":"panic"}]}',
  ].join(''),
  deprovisioningResponse: [
    '{"messageType":"deprovisioningResponse","correlationId":"p-3","node":{"codename":"gw-aux"},',
    '"errorInfo":{"aosCode":9,"exitCode":0,"message":"not provisioned"}}',
  ].join(''),
  finishProvisioningResponse: [
    '{"messageType":"finishProvisioningResponse","correlationId":"p-2","node":{"codename":"gw-aux"}}',
  ].join(''),
  installUnitCertificatesConfirmation: [
    '{"messageType":"installUnitCertificatesConfirmation","certificates":[{"type":"sm",',
    '"node":{"codename":"gw-aux"},"serial":"","errorInfo":{"aosCode":6,"exitCode":0,"message":"bad chain"}},',
    '{"type":"online","node":{"codename":"gw-main"},"serial":"0a1c"}]}',
  ].join(''),
  issueUnitCertificates: [
    '{"messageType":"issueUnitCertificates","requests":[{"type":"online","node":{"codename":"gw-main"},',
    '"csr":"-----BEGIN CERTIFICATE REQUEST-----…"}]}',
  ].join(''),
  monitoringData: [
    '{"messageType":"monitoringData","nodes":[{"node":{"codename":"gw-main"},',
    '"nodeStates":[{"timestamp":"2026-03-02T08:00:00.000000Z","state":"provisioned","isConnected":true}],',
    '"items":[{"timestamp":"2026-03-02T08:15:00.000000Z","ram":734003200,"cpu":1820,"download":51200,',
    '"upload":9216,"partitions":[{"name":"storages","usedSize":1048576}]}]}],',
    '"instances":[{"item":{"id":"0b7d1c1e-5a4f-4c53-9d8f-2e0f6c1a9b10"},',
    '"subject":{"id":"8a2f4b6e-1c3d-4e5f-8a9b-0c1d2e3f4a5b"},"instance":0,"node":{"codename":"gw-main"},',
    '"itemStates":[{"timestamp":"2026-03-02T08:15:00.000000Z","state":"active"}],',
    '"items":[{"timestamp":"2026-03-02T08:15:00.000000Z","ram":20971520,"cpu":120,"download":0,',
    '"upload":0}]}]}',
  ].join(''),
  newState: [
    '{"messageType":"newState","item":{"id":"0b7d1c1e-5a4f-4c53-9d8f-2e0f6c1a9b10"},',
    '"subject":{"id":"8a2f4b6e-1c3d-4e5f-8a9b-0c1d2e3f4a5b"},"instance":0,"stateChecksum":"a0b1c2d3",',
    '"state":"counter=42"}',
  ].join(''),
  overrideEnvVarsStatus: [
    '{"messageType":"overrideEnvVarsStatus",',
    '"statuses":[{"item":{"id":"0b7d1c1e-5a4f-4c53-9d8f-2e0f6c1a9b10"},',
    '"subject":{"id":"8a2f4b6e-1c3d-4e5f-8a9b-0c1d2e3f4a5b"},"instance":0,"name":"LOG_LEVEL"}]}',
  ].join(''),
  pushLog: [
    '{"messageType":"pushLog","correlationId":"log-31","node":{"codename":"gw-main"},"part":1,"partsCount":3,',
    '"content":"H4sIAAAAAAAC","status":"ok"}',
  ].join(''),
  requestBlobUrls: [
    '{"messageType":"requestBlobUrls","correlationId":"c0ffee00-0000-4000-8000-0000000000a1",',
    '"digests":["sha256:11aa22bb"]}',
  ].join(''),
  startProvisioningResponse: [
    '{"messageType":"startProvisioningResponse","correlationId":"p-1","node":{"codename":"gw-aux"},',
    '"csrs":[{"type":"iam","csr":"-----BEGIN…"},{"type":"sm","csr":"-----BEGIN…"}]}',
  ].join(''),
  stateRequest: [
    '{"messageType":"stateRequest","item":{"id":"0b7d1c1e-5a4f-4c53-9d8f-2e0f6c1a9b10"},',
    '"subject":{"id":"8a2f4b6e-1c3d-4e5f-8a9b-0c1d2e3f4a5b"},"instance":0,"default":false}',
  ].join(''),
  unitStatus: [
    '{"messageType":"unitStatus","isDeltaInfo":false,"unitConfig":[{"version":"3.2.0","state":"installed"}],',
    '"nodes":[{"identity":{"codename":"gw-main","title":"Gateway"},"nodeGroupSubject":{"codename":"gateway"},',
    '"maxDmips":24000,"totalRam":4294967296,"osInfo":{"os":"linux","version":"6.6"},"state":"provisioned",',
    '"isConnected":true,"runtimes":[{"identity":{"codename":"rt-crun"},"runtimeType":"crun",',
    '"archInfo":{"architecture":"arm64"},"osInfo":{"os":"linux"},"maxInstances":0}]}],',
    '"items":[{"item":{"id":"0b7d1c1e-5a4f-4c53-9d8f-2e0f6c1a9b10","type":"service"},"version":"1.4.2",',
    '"state":"failed","errorInfo":{"aosCode":7,"exitCode":0,"message":"download timed out"}}],',
    '"instances":[{"item":{"id":"0b7d1c1e-5a4f-4c53-9d8f-2e0f6c1a9b10","type":"service"},',
    '"subject":{"id":"8a2f4b6e-1c3d-4e5f-8a9b-0c1d2e3f4a5b"},"version":"1.4.1",',
    '"instances":[{"node":{"codename":"gw-main"},"runtime":{"codename":"rt-crun"},"instance":0,',
    '"stateChecksum":"a0b1c2d3","state":"active"}]}],"subjects":[{"codename":"driver-7"}]}',
  ].join(''),
};

/** One body of each type that the cloud sends. */
export const cloudExamples: Readonly<Record<CloudMessageType, string>> = {
  blobUrls: [
    '{"messageType":"blobUrls","correlationId":"c0ffee00-0000-4000-8000-0000000000a1",',
    '"items":[{"digest":"sha256:11aa22bb","urls":["https://dl.example.net/b/11aa22bb"],"sha256":"11aa22bb",',
    '"size":20480,"decryptInfo":{"blockAlg":"AES256/CBC/pkcs7","blockIv":"AAECAwQFBgcICQoLDA0ODw==",',
    '"blockKey":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="},"signInfo":{"chainName":"signer-a",',
    '"alg":"RSA/SHA256","value":"c2lnbg==","trustedTimestamp":"2026-02-28T10:00:00Z","ocspValues":[]}}]}',
  ].join(''),
  deprovisioningRequest: [
    '{"messageType":"deprovisioningRequest","correlationId":"p-3","node":{"codename":"gw-aux"},',
    '"password":"adm1n"}',
  ].join(''),
  desiredStatus: [
    '{"messageType":"desiredStatus","nodes":[{"item":{"codename":"gw-main"},"state":"provisioned"}],',
    '"unitConfig":{"version":"3.3.0","formatVersion":"7","nodes":[{"node":{"codename":"gw-main"},',
    '"nodeGroupSubject":{"codename":"gateway"},"alertRules":{"cpu":{"minTimeout":30,"minThreshold":60,',
    '"maxThreshold":85}},"labels":["edge"],"priority":3}]},',
    '"items":[{"item":{"id":"0b7d1c1e-5a4f-4c53-9d8f-2e0f6c1a9b10","type":"service"},"version":"1.4.2",',
    '"owner":{"id":"d1e2f3a4-b5c6-4788-99aa-bbccddeeff00"},"indexDigest":"sha256:11aa22bb"}],',
    '"instances":[{"item":{"id":"0b7d1c1e-5a4f-4c53-9d8f-2e0f6c1a9b10"},',
    '"subject":{"id":"8a2f4b6e-1c3d-4e5f-8a9b-0c1d2e3f4a5b"},"priority":10,"numInstances":2,',
    '"labels":["edge"]}],"subjects":[{"identity":{"id":"8a2f4b6e-1c3d-4e5f-8a9b-0c1d2e3f4a5b"},"type":"user",',
    '"isReportedFromUnit":false}],"certificates":[{"certificate":"MIIBxDCC","fingerprint":"9F01"}],',
    '"certificateChains":[{"name":"signer-a","fingerprints":["9F01","9F02"]}]}',
  ].join(''),
  finishProvisioningRequest: [
    '{"messageType":"finishProvisioningRequest","correlationId":"p-2","node":{"codename":"gw-aux"},',
    '"certificates":[{"type":"iam","chain":"-----BEGIN…"},{"type":"sm","chain":"-----BEGIN…"}],',
    '"password":"adm1n"}',
  ].join(''),
  issuedUnitCertificates: [
    '{"messageType":"issuedUnitCertificates","certificates":[{"type":"online","node":{"codename":"gw-main"},',
    '"certificateChain":"-----BEGIN CERTIFICATE-----…"}]}',
  ].join(''),
  overrideEnvVars: [
    '{"messageType":"overrideEnvVars","items":[{"item":{"id":"0b7d1c1e-5a4f-4c53-9d8f-2e0f6c1a9b10"},',
    '"variables":[{"name":"LOG_LEVEL","value":"debug","ttl":"2026-03-09T00:00:00Z"}]}]}',
  ].join(''),
  renewCertificatesNotification: [
    '{"messageType":"renewCertificatesNotification","certificates":[{"type":"online",',
    '"node":{"codename":"gw-main"},"serial":"0A1B","validTill":"2026-04-01T00:00:00Z"}],',
    '"unitSecrets":{"version":"2.0.0","nodes":[{"node":{"codename":"gw-main"},"secret":"s3cr3t"}]}}',
  ].join(''),
  requestLog: [
    '{"messageType":"requestLog","correlationId":"log-31","logType":"instanceLog",',
    '"filter":{"from":"2026-03-01T00:00:00Z","till":"2026-03-02T00:00:00Z",',
    '"nodeIds":[{"codename":"gw-main"}],"item":{"id":"0b7d1c1e-5a4f-4c53-9d8f-2e0f6c1a9b10"}},',
    '"uploadOptions":{"type":"https","url":"https://logs.example.net/up","bearerToken":"t0k",',
    '"bearerTokenTtl":"2026-03-02T12:00:00Z"}}',
  ].join(''),
  startProvisioningRequest: [
    '{"messageType":"startProvisioningRequest","correlationId":"p-1","node":{"type":"node",',
    '"codename":"gw-aux"},"password":"adm1n"}',
  ].join(''),
  stateAcceptance: [
    '{"messageType":"stateAcceptance","item":{"id":"0b7d1c1e-5a4f-4c53-9d8f-2e0f6c1a9b10"},',
    '"subject":{"id":"8a2f4b6e-1c3d-4e5f-8a9b-0c1d2e3f4a5b"},"instance":0,"checksum":"a0b1c2d3",',
    '"result":"rejected","reason":"too large"}',
  ].join(''),
  updateState: [
    '{"messageType":"updateState","item":{"id":"0b7d1c1e-5a4f-4c53-9d8f-2e0f6c1a9b10"},',
    '"subject":{"id":"8a2f4b6e-1c3d-4e5f-8a9b-0c1d2e3f4a5b"},"instance":0,"stateChecksum":"0f0e0d0c",',
    '"state":"counter=40"}',
  ].join(''),
};

/** Data of this type that an app may send. */
export const unitData = <Type extends UnitMessageType>(type: Type): UnitData<Type> =>
  JSON.parse(unitExamples[type]) as UnitData<Type>;

/** Data of this type as an app gets it. */
export const cloudData = <Type extends CloudMessageType>(type: Type): CloudData<Type> =>
  JSON.parse(cloudExamples[type]) as CloudData<Type>;

/** A status of a unit whose only node has these attributes. */
export const withAttrs = (attrs: Readonly<Record<string, string>>): UnitData<'unitStatus'> => {
  const { nodes = [], ...status } = unitData('unitStatus');
  return { ...status, nodes: nodes.map((node) => ({ ...node, attrs })) };
};
