import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls';
import { perCredentials } from './per-credentials.js';
import { tlsOptions } from './tls-options.js';
import type { Credentials } from './types.js';

/** Settings of TLS that are not part of the credentials. */
export type TlsSettings = Omit<SecureContextOptions, 'ca' | 'cert' | 'key' | 'passphrase' | 'pfx'>;

/** Returns the secure context of these credentials. */
export type SecureContexts = (credentials: Credentials) => SecureContext;

/**
 * Keeps the secure context of the latest credentials, which takes 2 ms of CPU to make: discovery and socket share it, and
 * so do later attempts, until any part of the credentials differs.
 */
export const secureContexts = (settings: TlsSettings = {}): SecureContexts =>
  perCredentials((credentials) => createSecureContext({ ...tlsOptions(credentials), ...settings }));
