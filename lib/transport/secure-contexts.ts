import { createRequire } from 'node:module';
import type * as Tls from 'node:tls';
import { perCredentials } from './per-credentials.js';
import { tlsOptions } from './tls-options.js';
import type { Credentials } from './types.js';

// At the first connection: it is a twentieth of what it takes to import the package.
const require = createRequire(import.meta.url);

/** Settings of TLS that are not part of the credentials. */
export type TlsSettings = Omit<Tls.SecureContextOptions, 'ca' | 'cert' | 'key' | 'passphrase' | 'pfx'>;

/** Returns the secure context of these credentials. */
export type SecureContexts = (credentials: Credentials) => Tls.SecureContext;

/**
 * Keeps the secure context of the latest credentials, which takes 2 ms of CPU to make: discovery and socket share it, and
 * so do later attempts, until any part of the credentials differs.
 */
export const secureContexts = (settings: TlsSettings = {}): SecureContexts =>
  perCredentials((credentials) => {
    const { createSecureContext } = require('node:tls') as typeof Tls;
    return createSecureContext({ ...tlsOptions(credentials), ...settings });
  });
