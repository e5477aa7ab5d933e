import { expect } from 'chai';
import { redactData, redactMessage } from '../../lib/observability/redact-message.js';
import { messageSchemas } from '../../lib/protocol/message-schemas.js';
import { definitionSchemas, resolve, type Schema } from '../../lib/protocol/schema.js';
import { cloudExamples, unitExamples } from '../support/wire-examples.js';

/** What an app, the cloud or a person may have put a secret into. */
const secret: readonly string[] = [
  ...[
    'blobUrls.items[].decryptInfo.blockIv',
    'blobUrls.items[].decryptInfo.blockKey',
    'blobUrls.items[].signInfo.value',
  ],
  ...['deprovisioningRequest.password', 'finishProvisioningRequest.password', 'startProvisioningRequest.password'],
  ...['newState.state', 'updateState.state', 'pushLog.content', 'nodeInfo.attrs{}', 'password'],
  ...['overrideEnvVars.items[].variables[].value', 'requestLog.uploadOptions.bearerToken'],
];
/** Names, digests, certificates, and texts for people; of URLs and texts the secret parts are still left out. */
const shown: readonly string[] = [
  ...['alertMessage', 'archInfo.architecture', 'archInfo.variant', 'blobUrls.items[].decryptInfo.blockAlg'],
  ...['blobUrls.items[].digest', 'blobUrls.items[].sha256', 'blobUrls.items[].signInfo.ocspValues[]'],
  ...['certificateChain', 'certificateTypeName', 'correlationId', 'cpuInfo.modelName', 'csr'],
  ...['desiredStatus.certificates[].certificate', 'digest', 'downloadProgressAlert.digest'],
  ...['downloadProgressAlert.reason', 'downloadProgressAlert.url', 'errorInfo.message', 'hex'],
  ...['installUnitCertificatesConfirmation.certificates[].serial', 'instanceQuotaAlert.parameter'],
  ...['instancesStatus.instances[].stateChecksum', 'name', 'nodeInfo.identity.title', 'osInfo.features[]'],
  ...['osInfo.os', 'osInfo.version', 'overrideEnvVars.items[].variables[].name'],
  ...['overrideEnvVarsStatus.statuses[].name', 'partitionInfo.name', 'partitionInfo.path'],
  ...['partitionInfo.types[]', 'renewCertificatesNotification.certificates[].serial'],
  ...['renewCertificatesNotification.unitSecrets.version', 'requestBlobUrls.correlationId'],
  ...['requestBlobUrls.digests[]', 'requestLog.uploadOptions.url', 'resourceAllocateAlert.deviceId'],
  ...['resourceInfo.name', 'runtimeInfo.runtimeType', 'sample.partitions[].name', 'spareName'],
  ...['stateAcceptance.reason', 'systemQuotaAlert.parameter', 'title', 'unitConfigStatus.version', 'url'],
  ...['version'],
];

/** The texts in a schema that may be anything, each with its place. */
const textsIn = (place: string, schema: Schema): (readonly [place: string, isSecret: boolean])[] => [
  ...(schema.type === 'string' && !schema.enum && !schema.format ? [[place, schema.secret === true] as const] : []),
  ...Object.entries(schema.properties ?? {}).flatMap(([name, member]) => textsIn(`${place}.${name}`, member)),
  ...(schema.items ? textsIn(`${place}[]`, schema.items) : []),
  ...(schema.additionalProperties ? textsIn(`${place}{}`, schema.additionalProperties) : []),
  ...(schema.oneOf ?? []).flatMap((option, n) => textsIn(`${place}|${n}`, option)),
];

/** Everything that the schema describes, with `text` for each text that may be anything. */
const sample = (schema: Schema, text: string): unknown => {
  const resolved = resolve(schema);
  const { properties, items, additionalProperties, oneOf, type, format } = resolved;
  if (properties)
    return Object.fromEntries(Object.entries(properties).map(([name, member]) => [name, sample(member, text)]));
  if (items)
    return resolve(items).oneOf
      ? (resolve(items).oneOf ?? []).map((option) => sample(option, text))
      : [sample(items, text)];
  if (additionalProperties) return { name: sample(additionalProperties, text) };
  if (oneOf) return sample(oneOf[0] ?? {}, text);
  if (type === 'boolean') return true;
  if (type === 'integer' || type === 'number') return 7;
  return resolved.const ?? resolved.enum?.[0] ?? (format ? '2026-03-02T08:15:30.000000Z' : text);
};

const exampleOf = (type: string): Record<string, unknown> =>
  JSON.parse({ ...cloudExamples, ...unitExamples }[type as keyof typeof unitExamples]) as Record<string, unknown>;

describe('redactMessage', () => {
  it('has a decision for each text of each of the 26 types: add a new one to those that are secret or shown', () => {
    const all = [...messageSchemas, ...Object.entries(definitionSchemas)].flatMap(([name, schema]) =>
      textsIn(name, schema),
    );
    const placed = (isSecret: boolean) => all.filter(([, each]) => each === isSecret).map(([place]) => place);
    expect(placed(true).sort()).to.deep.equal([...secret].sort());
    expect(placed(false).sort()).to.deep.equal([...shown].sort());
  });

  for (const [type, schema] of messageSchemas)
    it(`shows of ${type} what the schema has not as secret, and nothing else`, () => {
      const data = sample(schema, 'hush') as Record<string, unknown>;
      const without = (value: Schema): Schema => {
        const resolved = resolve(value);
        const { properties, items, additionalProperties, oneOf } = resolved;
        if (resolved.secret) return { const: '***' };
        return {
          ...resolved,
          ...(properties && {
            properties: Object.fromEntries(Object.entries(properties).map(([name, member]) => [name, without(member)])),
          }),
          ...(items && { items: without(items) }),
          ...(additionalProperties && { additionalProperties: without(additionalProperties) }),
          ...(oneOf && { oneOf: oneOf.map(without) }),
        };
      };
      expect(redactData(data)).to.deep.equal(sample(without(schema), 'hush'));
    });

  it('hides the values of environment variables, and what opens blobs', () => {
    const shownOf = (type: string) => JSON.stringify(redactData(exampleOf(type)));
    expect(shownOf('overrideEnvVars')).to.contain('"name":"LOG_LEVEL","value":"***"').and.not.contain('debug');
    expect(shownOf('blobUrls')).to.contain('"blockKey":"***"').and.contain('"blockIv":"***"');
  });

  it('hides the query of every URL, and what a text has of secrets', () => {
    const url = 'https://bucket.example/a?X-Amz-Signature=hush';
    expect(redactData({ messageType: 'blobUrls', items: [{ digest: 'd', urls: [url, url], size: 1 }] })).to.deep.equal({
      messageType: 'blobUrls',
      items: [{ digest: 'd', urls: ['https://bucket.example/a?***', 'https://bucket.example/a?***'], size: 1 }],
    });
    const message = 'login with {"password":"hush"} at wss://u:hush@host/';
    expect(redactData({ messageType: 'alerts', items: [{ tag: 'systemAlert', message }] })).to.deep.equal({
      messageType: 'alerts',
      items: [{ tag: 'systemAlert', message: 'login with {"password":"***"} at wss://***@host/' }],
    });
  });

  it('shows of what no schema describes the name alone, wherever it is', () => {
    expect(
      redactMessage({
        hush: 'hush',
        header: { version: 7, systemId: 'u', txn: 't', trace: 'hush' },
        data: {
          messageType: 'desiredStatus',
          pin: 'hush',
          items: [{ item: { id: 'i', type: 'service', pin: { deep: ['hush'] } }, pin: 7 }],
        },
      }),
    ).to.deep.equal({
      hush: '***',
      header: { version: 7, systemId: 'u', txn: 't', trace: '***' },
      data: {
        messageType: 'desiredStatus',
        pin: '***',
        items: [{ item: { id: 'i', type: 'service', pin: '***' }, pin: '***' }],
      },
    });
  });

  it('hides a name that no schema describes where it may be a secret itself', () => {
    const hushes = [
      'eyJhbGciOiJIUzI1NiJ9.hush',
      '9f86d081884c7d659a2feaa0c55ad015',
      'correct horse battery',
      'zK8qPw3RvT6yXn1M',
    ];
    for (const hush of hushes) {
      expect(redactData({ messageType: 'newInVersion8', [hush]: 1 })).to.deep.equal({
        ...{ messageType: 'newInVersion8', '***': '***' },
      });
      expect(redactData({ messageType: 'alerts', items: [], [hush]: 1 })).to.have.property('***');
    }
    for (const name of ['sha256', 'x509Certificate', 'LOG_LEVEL', 'URL', 'new_in-8', '@type'])
      expect(redactData({ messageType: 'newInVersion8', [name]: 1 })).to.have.property(name);
  });

  it('shows of a type that no schema describes its name and those of its members', () => {
    const data = { messageType: 'newInVersion8', correlationId: 'hush', items: ['hush'], none: null };
    const members = { correlationId: '***', items: '***', none: null };
    expect(redactData(data)).to.deep.equal({ messageType: 'newInVersion8', ...members });
    for (const messageType of ['hush hush', 'h'.repeat(65), 7, { hush: 1 }])
      expect(redactData({ ...data, messageType })).to.deep.equal({ messageType: '***', ...members });
    expect(redactData({ items: ['hush'] })).to.deep.equal({ items: '***' });
    expect(redactMessage({ header: 'hush', data: ['hush'] })).to.deep.equal({ header: '***', data: '***' });
    expect(
      redactData({ messageType: 'alerts', items: [{ tag: 'newAlert', pin: 'hush' }, 'hush', { pin: 'hush' }] }),
    ).to.deep.equal({ messageType: 'alerts', items: [{ tag: '***', pin: '***' }, '***', { pin: '***' }] });
  });

  it('hides a value of another kind than the schema has', () => {
    expect(
      redactData({
        messageType: 'pushLog',
        ...{ node: 'hush', part: 'hush', partsCount: '3', status: ['hush'], errorInfo: { aosCode: { hush: 1 } } },
      }),
    ).to.deep.equal({
      messageType: 'pushLog',
      ...{ node: '***', part: '***', partsCount: '3', status: '***', errorInfo: { aosCode: '***' } },
    });
  });

  it('finds members however they are spelled, and null to be absent', () => {
    expect(
      redactMessage({ DATA: { MessageType: 'requestLog', UPLOADOPTIONS: { BearerToken: 'hush', URL: 'x' } } }),
    ).to.deep.equal({
      DATA: { MessageType: 'requestLog', UPLOADOPTIONS: { BearerToken: '***', URL: 'x' } },
    });
    expect(redactData({ messageType: 'blobUrls', items: null })).to.deep.equal({
      messageType: 'blobUrls',
      items: null,
    });
  });

  it('takes one object for a list where the protocol does', () => {
    const node = { codename: 'n' };
    const nodes = { node, secret: 'hush' };
    expect(redactData({ messageType: 'renewCertificatesNotification', unitSecrets: { nodes } })).to.deep.equal({
      messageType: 'renewCertificatesNotification',
      unitSecrets: { nodes: { node, secret: '***' } },
    });
  });

  it('leaves the message as it is, and takes a key named __proto__ for a key', () => {
    const message = JSON.parse(
      '{"__proto__":{"x":"hush"},"data":{"messageType":"alerts","__proto__":"hush"}}',
    ) as Record<string, unknown>;
    const before = JSON.stringify(message);
    expect(JSON.stringify(redactMessage(message))).to.equal(
      '{"__proto__":"***","data":{"messageType":"alerts","__proto__":"***"}}',
    );
    expect(JSON.stringify(message)).to.equal(before);
  });
});
