import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls';
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
export const secureContexts = (settings: TlsSettings = {}): SecureContexts => {
  let latest: { readonly credentials: Credentials; readonly context: SecureContext } | undefined;
  return (credentials) => {
    if (latest === undefined || !isSame(latest.credentials, credentials))
      latest = { credentials, context: createSecureContext({ ...tlsOptions(credentials), ...settings }) };
    return latest.context;
  };
};

const isSame = (one: Credentials, other: Credentials): boolean =>
  one.ca === other.ca && one.cert === other.cert && one.key === other.key && one.passphrase === other.passphrase;
