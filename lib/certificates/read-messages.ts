import { asString, isObject, withKeys } from '../protocol/read.js';
import type { CertificateId } from './keystore.js';

/** A certificate that the cloud wants to have renewed; `serial` is that of the one in use, as the cloud knows it. */
export interface CertificateToRenew extends CertificateId {
  /** In hex; empty where the cloud does not say. */
  readonly serial: string;
}

/** What a `renewCertificatesNotification` asks for. */
export interface RenewalNotification {
  readonly correlationId: string | undefined;
  readonly certificates: readonly CertificateToRenew[];
  /** By node. */
  readonly secrets: ReadonlyMap<string, string>;
  /** How many entries were passed over, because they name no type or no node. */
  readonly unreadable: number;
}

/** What `issuedUnitCertificates` brings. */
export interface IssuedCertificates {
  readonly correlationId: string | undefined;
  readonly certificates: readonly (CertificateId & { readonly chain: string })[];
  readonly unreadable: number;
}

/** What the provisioning requests have in common. */
export interface ProvisioningRequest {
  readonly correlationId: string | undefined;
  /** Undefined where the request names none. */
  readonly node: string | undefined;
  readonly password: string;
}

/** What `finishProvisioningRequest` brings. */
export interface FinishProvisioningRequest extends ProvisioningRequest {
  readonly certificates: readonly { readonly type: string; readonly chain: string }[];
  readonly unreadable: number;
}

/** Reads the body of a `renewCertificatesNotification`, its keys in any case. */
export const readRenewalNotification = (data: object): RenewalNotification => {
  const { correlationId, certificates, unitSecrets } = read(data, ['correlationId', 'certificates', 'unitSecrets']);
  const { nodes } = read(unitSecrets, ['nodes']);
  const secrets = list(nodes).flatMap((entry): [string, string][] => {
    const node = nodeOf(entry);
    const secret = asString(read(entry, ['secret']).secret);
    return node === undefined || secret === undefined ? [] : [[node, secret]];
  });
  return {
    correlationId: asString(correlationId),
    ...readEach(certificates, (entry) => {
      const id = idOf(entry);
      return id && { ...id, serial: asString(read(entry, ['serial']).serial) ?? '' };
    }),
    secrets: new Map(secrets),
  };
};

/** Reads the body of `issuedUnitCertificates`, its keys in any case. */
export const readIssuedCertificates = (data: object): IssuedCertificates => {
  const { correlationId, certificates } = read(data, ['correlationId', 'certificates']);
  return {
    correlationId: asString(correlationId),
    ...readEach(certificates, (entry) => {
      const id = idOf(entry);
      return id && { ...id, chain: asString(read(entry, ['certificateChain']).certificateChain) ?? '' };
    }),
  };
};

/** Reads the body of a provisioning request, its keys in any case. */
export const readProvisioningRequest = (data: object): ProvisioningRequest => {
  const { correlationId, password } = read(data, ['correlationId', 'password']);
  return { correlationId: asString(correlationId), node: nodeOf(data), password: asString(password) ?? '' };
};

/** Reads the body of a `finishProvisioningRequest`, its keys in any case. */
export const readFinishProvisioningRequest = (data: object): FinishProvisioningRequest => ({
  ...readProvisioningRequest(data),
  ...readEach(read(data, ['certificates']).certificates, (entry) => {
    const { type, chain } = read(entry, ['type', 'chain']);
    const name = asString(type);
    return name === undefined ? undefined : { type: name, chain: asString(chain) ?? '' };
  }),
});

const read = <Key extends string>(value: unknown, keys: readonly Key[]): Partial<Record<Key, unknown>> => {
  const members: Partial<Record<string, unknown>> = isObject(value) ? withKeys(value, keys) : {};
  return members;
};

/** Some clouds send one object where a list of them belongs. */
const list = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];

const readEach = <T>(value: unknown, readOne: (entry: unknown) => T | undefined) => {
  const entries = list(value).map(readOne);
  const certificates = entries.filter((entry) => entry !== undefined);
  return { certificates, unreadable: entries.length - certificates.length };
};

const idOf = (entry: unknown): CertificateId | undefined => {
  const type = asString(read(entry, ['type']).type);
  const node = nodeOf(entry);
  return type === undefined || node === undefined ? undefined : { type, node };
};

const nodeOf = (entry: unknown): string | undefined =>
  asString(read(read(entry, ['node']).node, ['codename']).codename);
