/**
 * The names under which messages, headers, URLs and options carry secrets, as a regular expression without regard to
 * case: `authToken`, `auth_token` and `X-Amz-Signature` too.
 */
export const secretNames: string = [
  String.raw`[\w.-]{0,256}?(?:pass[-_.]?word|passwd|pwd|pass[-_.]?phrase|secret|token|authorization|cookie|credentials?|signature)`,
  String.raw`[\w.-]{0,256}?(?:api|access|private|secret|block)[-_.]?key`,
  String.raw`(?:block[-_.]?)?iv|key|sig|pin`,
].join('|');

const secretName = new RegExp(`^(?:${secretNames})$`);

/** True if the value of a member with this name is a secret, in any spelling of the name. */
export const isSecretName = (name: string): boolean => secretName.test(name.replace(/[-_.]/g, '').toLowerCase());
