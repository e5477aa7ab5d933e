/**
 * Keys, certificates and the files they are in. No messages.
 *
 * May import: errors, protocol, time, transport.
 *
 * @module
 */
export { certificateRefusal } from './certificate-refusal.js';
export { fileCredentials, type CredentialsFiles } from './file-credentials.js';
export { fileKeystore, type FileKeystore, type FileKeystoreOptions } from './file-keystore.js';
export type { CertificateId, IssuedChain, KeyPair, KeyPairInUse, KeyRequest, Keystore } from './keystore.js';
export type { KeyType } from './make-request.js';
