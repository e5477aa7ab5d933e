import { KeyObject, webcrypto } from 'node:crypto';

/** The kinds of keys that can be made. */
export type KeyType = 'P-256' | 'P-384' | 'RSA-2048' | 'RSA-3072' | 'RSA-4096';

/** A new key and the request for its certificate, PEM each. */
export interface KeyAndRequest {
  readonly key: string;
  readonly csr: string;
}

/** Makes a key and the request for its certificate, with this common name; with none if it is empty. */
export const makeRequest = async (keyType: KeyType, commonName: string): Promise<KeyAndRequest> => {
  // Loaded when a key is made: it takes as long as all the rest of the package, and few units ever make one.
  await import('reflect-metadata');
  const { Pkcs10CertificateRequestGenerator } = await import('@peculiar/x509');
  const algorithm = algorithmOf(keyType);
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: commonName === '' ? [] : [{ CN: [commonName] }],
    keys,
    signingAlgorithm: { ...algorithm, hash: keyType === 'P-384' ? 'SHA-384' : 'SHA-256' },
  });
  const key = KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' });
  return { key: String(key), csr: `${request.toString('pem')}\n` };
};

const algorithmOf = (keyType: KeyType): webcrypto.EcKeyGenParams | webcrypto.RsaHashedKeyGenParams => {
  if (keyType === 'P-256' || keyType === 'P-384') return { name: 'ECDSA', namedCurve: keyType };
  const modulusLength = Number(keyType.slice('RSA-'.length));
  const publicExponent = new Uint8Array([1, 0, 1]);
  return { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength, publicExponent };
};
