/** The names under which messages, headers and options carry secrets, as {@link isSecretName} compares them. */
export const secretNames: readonly string[] = [
  'accesstoken',
  'apikey',
  'authorization',
  'authtoken',
  'bearertoken',
  'blockkey',
  'clientsecret',
  'key',
  'passphrase',
  'password',
  'privatekey',
  'proxyauthorization',
  'refreshtoken',
  'secret',
  'token',
];

const known: ReadonlySet<string> = new Set(secretNames);

/** Whether what stands under this name is a secret, however the name is spelled: `authToken`, `Auth-Token`, `auth_token`. */
export const isSecretName = (name: string): boolean => known.has(name.replace(/[-_]/g, '').toLowerCase());
