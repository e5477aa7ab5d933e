import type { SecureContextOptions } from 'node:tls';
import type { Credentials } from './types.js';

/** The TLS options of both connections. What verifies the cloud is said outright: an environment variable can turn the default off. */
export const tlsOptions = ({
  ca,
  cert,
  key,
  passphrase,
}: Credentials): SecureContextOptions & { readonly rejectUnauthorized: true } => ({
  ca,
  cert,
  key,
  ...(passphrase === undefined ? {} : { passphrase }),
  minVersion: 'TLSv1.2',
  rejectUnauthorized: true,
});
