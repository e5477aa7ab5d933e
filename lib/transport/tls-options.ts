import type { SecureContextOptions } from 'node:tls';
import { keyOptions } from './hardware-key.js';
import type { Credentials } from './types.js';

/** The TLS options of both connections. What verifies the cloud is said outright: an environment variable can turn the default off. */
export const tlsOptions = ({
  ca,
  cert,
  ...key
}: Credentials): SecureContextOptions & { readonly rejectUnauthorized: true } => ({
  ca,
  cert,
  ...keyOptions(key),
  minVersion: 'TLSv1.2',
  rejectUnauthorized: true,
});
